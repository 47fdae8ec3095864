import { describe, expect, test } from "vitest";
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

const sentences = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`).join("+");

describe("what is asked", () => {
  test("is not looked at where nothing is asked, and the query set is the one that was given", async () => {
    const { word, objectsOf } = await thesaurus();
    const filter = rowFilter(word, wordOptions as FilterOptions<Model>, objectsOf);
    const all = objectsOf(word);
    const observed = observedStatements();
    for (const query of ["", "page=2", "owner=&search=&ordering=", "ordering=nonsense"]) {
      expect(filter?.(all, requestOf(query))).toBe(all);
    }
    expect(observed).toEqual([]);
  });

  test("about a relation costs one query, for one key or for a thousand", async () => {
    const { word, objectsOf } = await thesaurus();
    const filter = rowFilter(word, wordOptions as FilterOptions<Model>, objectsOf);
    for (const query of ["owner=1", `owner__in=${"1,2,".repeat(500)}1`]) {
      const observed = observedStatements();
      await filter?.(objectsOf(word), requestOf(query));
      expect(observed).toHaveLength(1);
    }
  });

  test("stays within what the query set was narrowed to before", async () => {
    const { word, objectsOf } = await thesaurus();
    const filter = rowFilter(word, wordOptions as FilterOptions<Model>, objectsOf);
    const own = objectsOf(word).filter({ owner: 2 } as never);
    for (const query of ["owner=1", "search=anger", "text=fond", "text__in=fond,wrath", "owner__in=1"]) {
      expect([query, await (await filter?.(own, requestOf(query)))?.count()]).toEqual([query, 0]);
    }
  });

  test("is a value and never SQL", async () => {
    const made = await thesaurus();
    const answer = answering(made.word, wordOptions, made);
    const hostile = encodeURIComponent(`' or 1=1; drop table thesaurus_word; --" \\`);
    for (const name of ["text", "text__icontains", "text__in", "antonym", "search", "owner__username__icontains"]) {
      expect([name, await answer(`${name}=${hostile}`)]).toEqual([name, []]);
    }
    expect(await answer(`ordering=${hostile}`)).toHaveLength(8);
  });
});

describe("what a client can make the database do is bounded", () => {
  const cases: [what: string, query: string, answer: unknown][] = [
    ["32 terms are searched for", `search=${sentences(32)}`, []],
    ["33 are too many", `search=${sentences(33)}`, ["Ensure this field has no more than 32 terms."]],
    ["a term that is repeated is one", `search=${"gu+".repeat(300)}`, [5]],
    ["1000 characters are searched for", `search=${"x".repeat(1000)}`, []],
    ["1001 are too many", `search=${"x".repeat(1001)}`, ["Ensure this field has no more than 1000 characters."]],
    ["an order is as long as what is offered", `ordering=${"text,-text,".repeat(700)}`, [8, 3, 1, 5, 7, 4, 2, 6]],
    ["a list is one value", `id__in=${"1,2,".repeat(3000)}`, [1, 2]],
    ["a pattern may be long", `text__icontains=${"%25_".repeat(3000)}`, []],
    [
      "digits may be many",
      `id__lte=${"9".repeat(15_000)}`,
      { id__lte: ["Ensure this value is less than or equal to 1e+50."] },
    ],
    ["digits may be many before they are cut", `id__lte=2.${"9".repeat(15_000)}`, [1, 2]],
    ["a key may be long", `owner=${"1".repeat(15_000)}`, expect.objectContaining({ owner: [expect.any(String)] })],
    [
      "exponents may be large",
      "id__lte=1e99999999999999999999",
      { id__lte: ["Ensure this value is less than or equal to 1e+50."] },
    ],
    ["numbers may be tiny", "id__lte=2e-99999999", []],
  ];

  test.each(cases)("%s", async (_what, query, expected) => {
    const made = await thesaurus();
    expect(await answering(made.word, wordOptions, made)(query)).toEqual(expected);
  });

  test("statements of one shape are one text, whatever the terms", async () => {
    const made = await thesaurus();
    const answer = answering(made.word, wordOptions, made);
    const observed = observedStatements();
    for (const term of ["a", "guide", "%25", "ben", "zz"])
      await answer(`search=${term},x${term}&text__icontains=${term}`);
    expect(observed).toHaveLength(10);
    expect(new Set(observed).size).toBe(2);
  });
});

describe("a filter that cannot be is refused at start", () => {
  test.each([
    [{ filters: { txt: ["exact"] } }, 'filters: thesaurus.Word has no field "txt". Did you mean "text"?'],
    [{ filters: { owner__usernam: ["exact"] } }, 'auth.User has no field "usernam". Did you mean "username"?'],
    [{ filters: { text__x: ["exact"] } }, 'thesaurus.Word.text is no relation, so "text__x" leads nowhere.'],
    [{ filters: { text: ["icontain"] } }, 'cannot be filtered by "icontain". Did you mean "icontains"?'],
    [{ filters: { text: ["regex"] } }, 'text is a char field and cannot be filtered by "regex".'],
    [{ filters: { text: ["constructor"] } }, 'cannot be filtered by "constructor"'],
    [{ filters: { owner: ["icontains"] } }, 'owner is a foreignKey field and cannot be filtered by "icontains".'],
    [
      { filters: { created_at: ["icontains"] } },
      "It may be one of: exact, gt, gte, in, isnull, lt, lte, range, day, day__gt",
    ],
    [{ search: ["txt"] }, 'search: thesaurus.Word has no field "txt". Did you mean "text"?'],
    [{ search: ["^txt"] }, 'search: thesaurus.Word has no field "txt".'],
    [{ search: ["owner"] }, 'search: "owner" is a relation to auth.User: name a text of it'],
    [{ search: ["owner__icontains"] }, "is a relation to auth.User"],
    [{ search: ["$text"] }, `a client's regular expression may take forever. Write "text"`],
    [{ search: ["@text"] }, 'full text needs a database that has it. Write "text"'],
    [{ search: [""] }, 'search: thesaurus.Word has no field "".'],
    [{ ordering: ["txt"] }, 'ordering: thesaurus.Word has no field "txt". Did you mean "text"?'],
    [{ ordering: ["-text"] }, 'ordering: thesaurus.Word has no field "-text". Did you mean "text"?'],
  ])("%j", async (options, message) => {
    const { word, objectsOf } = await thesaurus();
    const start = () => rowFilter(word, options as FilterOptions<Model>, objectsOf);
    expect(start).toThrow(ImproperlyConfigured);
    expect(start).toThrow(message);
  });

  test("and where nothing is offered there is none", async () => {
    const { word, objectsOf } = await thesaurus();
    expect(rowFilter(word, {}, objectsOf)).toBeUndefined();
    expect(rowFilter(word, { filters: {}, search: [], ordering: [] }, objectsOf)).toBeUndefined();
    expect(rowFilter(word, { filters: { text: [] } }, objectsOf)).toBeUndefined();
  });
});

test("names that are mistyped are errors of types", () => {
  const options: FilterOptions<typeof Sample>[] = [
    {
      filters: { word__owner__username: ["exact"] },
      search: ["^word__text", "char__iendswith"],
      ordering: ["pk", "word__text"],
    },
    // @ts-expect-error no such field
    { filters: { chr: ["exact"] } },
    // @ts-expect-error no such field behind a relation
    { filters: { word__txt: ["exact"] } },
    // @ts-expect-error no such lookup
    { filters: { char: ["icontain"] } },
    // @ts-expect-error no such field
    { search: ["^chr"] },
    // @ts-expect-error a regular expression of a client may take forever
    { search: ["$char"] },
    // @ts-expect-error no such field
    { ordering: ["chr"] },
    // @ts-expect-error a field is offered in both directions
    { ordering: ["-char"] },
  ];
  expect(options).toHaveLength(8);
});
