import { expect, test } from "vitest";
import { QuerySet } from "../../src/models/index.ts";
import { Tag } from "../conformance/application/tags.ts";
import { open } from "../fixtures/thesaurus.ts";

test("of two that count on one row in transactions, each counts what the other left", async () => {
  await using opened = await open();
  const { registry, database } = opened.project;
  const tags = QuerySet.of<typeof Tag>(registry.meta(Tag), database);
  const id = await tags.insert({ name: "0" });
  const countOne = () =>
    database.transaction(async () => {
      const { name } = await tags.selectForUpdate().get({ id });
      await tags.filter({ id }).update({ name: String(Number(name) + 1) });
    });
  await Promise.all(Array.from({ length: 8 }, () => countOne()));
  expect(await tags.get({ id })).toMatchObject({ name: "8" });
});
