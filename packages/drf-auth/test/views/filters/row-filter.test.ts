import { describe, expect, expectTypeOf, test } from "vitest";
import type { Database } from "../../../src/database/index.ts";
import { ImproperlyConfigured, ValidationError } from "../../../src/errors.ts";
import type { Model, ModelMeta, QuerySet } from "../../../src/models/index.ts";
import { type FilterOptions, rowFilter } from "../../../src/views/filters/row-filter.ts";
import { observedStatements } from "../../database/temporary-database.ts";
import { samplesAnswers, wordsAnswers } from "./answers.ts";
import { requestOf, type Sample, thesaurus, type Thesaurus, type Word } from "./thesaurus.ts";

const wordOptions: FilterOptions<typeof Word> = {
  filters: {
    owner: ["exact", "in", "isnull"],
    text: [
      "exact",
      "iexact",
      "contains",
      "icontains",
      "startswith",
      "istartswith",
      "endswith",
      "iendswith",
      "in",
      "range",
      "gt",
    ],
    antonym: ["exact", "isnull"],
    created_at: ["exact", "gte", "lt", "range"],
    id: ["in", "lte"],
    owner__username: ["exact", "icontains"],
    owner__id: ["exact"],
  },
  search: ["text", "^synonym", "=antonym", "definition", "owner__username"],
  ordering: ["text", "created_at", "owner__username", "owner", "antonym"],
};

const sampleOptions: FilterOptions<typeof Sample> = {
  filters: {
    char: ["exact", "in"],
    integer: ["exact", "gt", "gte", "lt", "lte", "in", "range", "icontains", "isnull"],
    big_integer: ["exact", "gt", "lt", "isnull"],
    boolean: ["exact"],
    maybe: ["exact", "isnull"],
    datetime: ["exact", "gte", "in", "isnull", "range"],
    choice: ["exact", "in"],
    word: ["exact", "in", "isnull"],
    word__owner: ["exact"],
    word__owner__username: ["exact"],
  },
  search: ["integer", "=char"],
  ordering: ["word__text", "integer", "datetime"],
};

type Answering = (query: string) => Promise<unknown>;

/** The ids that a list with a filter answers, with their count, or the body of its 400. */
function answering(meta: ModelMeta, options: object, { objectsOf }: Thesaurus): Answering {
  const filter = rowFilter(meta, options as FilterOptions<Model>, objectsOf);
  return async (query) => {
    try {
      const rows = (await filter?.(objectsOf(meta), requestOf(query))) as QuerySet<Model>;
      const ids = (await rows.rows()).map((row) => row["id"]);
      expect(await rows.count()).toBe(ids.length);
      return ids;
    } catch (error) {
      if (error instanceof ValidationError) return error.body;
      throw error;
    }
  };
}

/** A database that never answers at once, as one behind a network. */
function distant(database: Database): Database {
  return Object.assign(Object.create(database) as Database, {
    run: async (...given: Parameters<Database["run"]>) => database.run(...given),
  });
}

describe("a list answers as Django REST framework with django-filter does", () => {
  test.each([
    ["from a file", (database: Database) => database],
    ["from afar", distant],
  ])("about words, %s", async (_where, wrap) => {
    const made = await thesaurus(wrap);
    const answer = answering(made.word, wordOptions, made);
    const answers = [];
    for (const [query] of wordsAnswers) answers.push([query, await answer(query)]);
    expect(answers).toEqual(wordsAnswers);
  });

  test.each([
    ["from a file", (database: Database) => database],
    ["from afar", distant],
  ])("about a field of every kind, %s", async (_where, wrap) => {
    const made = await thesaurus(wrap);
    const answer = answering(made.sample, sampleOptions, made);
    const answers = [];
    for (const [query] of samplesAnswers) answers.push([query, await answer(query)]);
    expect(answers).toEqual(samplesAnswers);
  });
});
