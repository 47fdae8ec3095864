import { expect, test } from "vitest";
import { application, AuthToken } from "../../src/index.ts";
import { SchemaEditor } from "../../src/migrations/schema/schema-editor.ts";
import { open, thesaurusModels, query, thesaurus } from "../fixtures/thesaurus.ts";

const recorded = "SELECT name FROM django_migrations WHERE app = 'authtoken' ORDER BY id";

test("a project that lists AuthToken has Django's table, recorded under Django's names", async () => {
  await using opened = await open(application({ models: [...thesaurusModels, AuthToken], routes: [] }), {
    isSeeded: false,
  });
  const columns = await new SchemaEditor(opened.project.database).columnsOf("authtoken_token");
  expect([...(columns?.keys() ?? [])]).toEqual(["key", "user_id", "created"]);
  expect(await query(opened, recorded)).toEqual([
    ["0001_initial"],
    ["0002_auto_20160226_1747"],
    ["0003_tokenproxy"],
    ["0004_alter_tokenproxy_options"],
  ]);
});

test("a project that does not list it has neither", async () => {
  await using opened = await open(thesaurus(), { isSeeded: false });
  expect(await new SchemaEditor(opened.project.database).columnsOf("authtoken_token")).toBeUndefined();
  expect(await query(opened, recorded)).toEqual([]);
});

test("a user has one key, they are found by it, and a key that was removed is worth nothing", async () => {
  await using opened = await open(application({ models: [...thesaurusModels, AuthToken], routes: [] }));
  const { authTokens } = opened.project.auth;
  if (!authTokens) throw new Error("The project has no keys.");
  const keys = await Promise.all([authTokens.keyOf(3), authTokens.keyOf(3), authTokens.keyOf(2)]);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[0]);
  expect(await Promise.all(keys.map((key) => authTokens.userIdOf(key)))).toEqual([3, 3, 2]);
  expect(await authTokens.userIdOf(`${keys[0]}x`)).toBeUndefined();
  await query(opened, "DELETE FROM authtoken_token WHERE user_id = 3");
  expect(await authTokens.userIdOf(keys[0] ?? "")).toBeUndefined();
  expect(await authTokens.keyOf(3)).not.toBe(keys[0]);
});
