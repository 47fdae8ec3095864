import { describe, expect, test } from "vitest";
import type { ModelMeta } from "../../../src/models/index.ts";
import { type RelatedLoader, withRelated } from "../../../src/models/queries/related-rows.ts";
import { Book, registryOf } from "../library.ts";

const meta = registryOf(Book).meta(Book);
const relations = ["author", "editor", "sequel_of"];

/** Loads a row for each key but 404, and notes what was asked for. */
function loader() {
  const asked: [string, readonly unknown[]][] = [];
  const load: RelatedLoader = {
    one: async (related: ModelMeta, keys: readonly unknown[]) => {
      asked.push([related.objectName, keys]);
      return keys.filter((key) => key !== 404).map((id) => ({ id, name: `number ${String(id)}` }));
    },
    many: async () => new Map(),
  };
  return { asked, load };
}

describe("withRelated", () => {
  test("asks once a relation, for each key once", async () => {
    const { asked, load } = loader();
    const rows = Array.from({ length: 50_000 }, (_, id) => ({
      id,
      author_id: id % 3,
      editor_id: id,
      sequel_of_id: null,
    }));
    const joined = await withRelated(rows, meta, relations, load);
    expect(asked.map(([name, keys]) => [name, keys.length])).toEqual([
      ["Author", 3],
      ["Author", 50_000],
    ]);
    expect(joined).toHaveLength(50_000);
    expect(joined.at(-1)).toEqual({
      id: 49_999,
      author_id: 1,
      author: { id: 1, name: "number 1" },
      editor_id: 49_999,
      editor: { id: 49_999, name: "number 49999" },
      sequel_of_id: null,
      sequel_of: null,
    });
  });

  test("keeps the order of the rows and those that repeat", async () => {
    const rows = [3, 1, 3, 1].map((author_id) => ({ author_id }));
    const joined = await withRelated(rows, meta, relations.slice(0, 1), loader().load);
    expect(joined.map(({ author_id }) => author_id)).toEqual([3, 1, 3, 1]);
    expect(joined.map((row) => "author" in row && row.author)).toEqual(
      [3, 1, 3, 1].map((id) => ({ id, name: `number ${id}` })),
    );
  });

  test("gives null where a relation leads nowhere, to a row that is gone too", async () => {
    const joined = await withRelated(
      [{ author_id: null }, { author_id: 404 }],
      meta,
      relations.slice(0, 1),
      loader().load,
    );
    expect(joined).toEqual([
      { author_id: null, author: null },
      { author_id: 404, author: null },
    ]);
  });

  test("asks nothing where there are no rows, no relations or only nulls", async () => {
    const { asked, load } = loader();
    expect(await withRelated([], meta, relations, load)).toEqual([]);
    expect(await withRelated([{ author_id: 1 }], meta, [], load)).toEqual([{ author_id: 1 }]);
    await withRelated([{ author_id: null }], meta, relations.slice(0, 1), load);
    expect(asked).toEqual([]);
  });

  test("changes no row that it was given", async () => {
    const row = Object.freeze({ author_id: 1 });
    await withRelated([row], meta, relations.slice(0, 1), loader().load);
    expect(row).toEqual({ author_id: 1 });
  });
});
