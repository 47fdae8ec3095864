import { expect, test } from "vitest";
import {
  allowAny,
  type Context,
  Group,
  include,
  modelSerializer,
  type ModelViewSetOptions,
  modelViewSet,
  pageNumber,
  readOnly,
  router,
  ValidationError,
} from "../../src/index.ts";
import { statementsOf } from "../../src/testing/index.ts";
import { Word } from "../conformance/application/words.ts";
import { isOnPostgresql, open, query, thesaurus } from "../fixtures/thesaurus.ts";

const WordSerializer = modelSerializer(Word, {
  fields: ["id", "text", "synonym", "owner"],
  declared: { owner: readOnly({ source: "owner.username" }) },
});

const withWords = (options: ModelViewSetOptions<typeof Word>) =>
  open(thesaurus({}, [include("", router({ words: modelViewSet(WordSerializer, options) }))]));
const count = async (opened: Parameters<typeof query>[0]): Promise<unknown> =>
  (await query(opened, "SELECT count(*) FROM thesaurus_word"))[0]?.[0];

test("query narrows the list and every way to one object; what it leaves out is not found", async () => {
  await using opened = await withWords({ query: ({ query, user }) => query.filter({ owner: user.id ?? 0 }) });
  await opened.client.login("ada", "ada-pass-123");
  const { data } = await opened.client.get("/words/");
  expect((data as { readonly text: string }[]).map(({ text }) => text)).toEqual(["fond", "wrath", "diligent"]);
  for (const method of ["GET", "PUT", "PATCH", "DELETE"]) {
    const json = method === "GET" ? {} : { json: { text: "mine" } };
    const answer = await opened.client.send("/words/4/", { method, ...json });
    expect([answer.status, answer.data]).toEqual([404, { detail: "No Word matches the given query." }]);
  }
  expect(await count(opened)).toBe(25);
  expect((await opened.client.send("/words/1/", { method: "DELETE" })).status).toBe(204);
  expect(await count(opened)).toBe(24);
});

test("a view set of a model with Django's smaller key finds its objects", async () => {
  const groups = modelViewSet(modelSerializer(Group, { fields: ["id", "name"] }), { permissions: [allowAny] });
  await using opened = await open(thesaurus({}, [include("", router({ groups }))]), { isSeeded: false });
  expect((await opened.client.post("/groups/", { name: "editors" })).data).toEqual({ id: 1, name: "editors" });
  expect((await opened.client.get("/groups/1/")).data).toEqual({ id: 1, name: "editors" });
  expect((await opened.client.send("/groups/1/", { method: "PATCH", json: { name: "authors" } })).data).toEqual({
    id: 1,
    name: "authors",
  });
  for (const key of ["2", "x", "1.0", "99999999999999999999", "1%20OR%201"]) {
    expect((await opened.client.get(`/groups/${key}/`)).status).toBe(404);
  }
});

test("a hook that does not save is told so in the log, and the client nothing", async () => {
  await using opened = await withWords({ performCreate: () => {} });
  await opened.client.login("ada", "ada-pass-123");
  const answer = await opened.client.post("/words/", { text: "lost" });
  expect([answer.status, answer.data]).toEqual([500, { detail: "A server error occurred." }]);
  expect(opened.log.join("")).toContain("performCreate did not save: it must call and await serializer.save().");
});

test("a hook that throws undoes whatever it did", async () => {
  const fail = (): never => {
    throw new ValidationError({ text: ["Not today."] });
  };
  await using opened = await withWords({
    performCreate: async (serializer, { user }) => {
      await serializer.save({ owner: user.id });
      fail();
    },
    performUpdate: async (serializer) => {
      await serializer.save({ synonym: "changed" });
      fail();
    },
    performDestroy: async (destroy) => {
      await destroy();
      fail();
    },
  });
  await opened.client.login("ada", "ada-pass-123");
  for (const [method, address] of [
    ["POST", "/words/"],
    ["PATCH", "/words/1/"],
    ["DELETE", "/words/1/"],
  ] as const) {
    const answer = await opened.client.send(address, { method, json: { text: "new" } });
    expect([answer.status, answer.data]).toEqual([400, { text: ["Not today."] }]);
  }
  expect(await count(opened)).toBe(25);
  expect(await query(opened, "SELECT text, synonym FROM thesaurus_word WHERE id = 1")).toEqual([["fond", "enamored"]]);
});

test("hooks may hold rows to the end, and the transaction that they run in", async () => {
  const held: number[] = [];
  const hold = async (objects: Context["objects"]) =>
    void held.push((await objects(Word).selectForUpdate().filter({ owner: 2 }).rows()).length);
  await using opened = await withWords({
    performCreate: async (serializer, { objects, user }) => {
      await hold(objects);
      await serializer.save({ owner: user.id });
    },
    performUpdate: async (serializer, { objects }) => {
      await hold(objects);
      await serializer.save();
    },
    performDestroy: async (destroy, { objects }) => {
      await hold(objects);
      await destroy();
    },
  });
  await opened.client.login("ada", "ada-pass-123");
  expect((await opened.client.post("/words/", { text: "new" })).status).toBe(201);
  expect((await opened.client.send("/words/1/", { method: "PATCH", json: { text: "newer" } })).status).toBe(200);
  expect((await opened.client.send("/words/1/", { method: "DELETE" })).status).toBe(204);
  expect(held).toEqual([3, 4, 4]);
});

test("hooks are given the object as it was, the user and the rows", async () => {
  const seen: unknown[] = [];
  await using opened = await withWords({
    performUpdate: async (serializer, { object, user }) => {
      seen.push([object.text, object.owner_id, user.username, serializer.validatedData]);
      await serializer.save();
    },
    performDestroy: (_destroy, { object, objects }) =>
      objects(Word).filter({ id: object.id }).update({ synonym: "gone" }),
  });
  await opened.client.login("ada", "ada-pass-123");
  const { data } = await opened.client.send("/words/1/", { method: "PATCH", json: { text: "new" } });
  expect([data, seen]).toEqual([
    { id: 1, text: "new", synonym: "enamored", owner: "ada" },
    [["fond", 2, "ada", { text: "new" }]],
  ]);
  expect((await opened.client.send("/words/1/", { method: "DELETE" })).status).toBe(204);
  expect((await opened.client.get("/words/1/")).data).toMatchObject({ synonym: "gone" });
});

test("of two who make one word at once, one does and the other is told what validation tells", async () => {
  await using opened = await withWords({
    performCreate: (serializer, { user }) => serializer.save({ owner: user.id }),
  });
  await opened.client.login("ada", "ada-pass-123");
  const answers = await Promise.all(Array.from({ length: 6 }, () => opened.client.post("/words/", { text: "same" })));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400, 400]);
  for (const { data } of answers.filter(({ status }) => status === 400)) {
    expect(data).toEqual({ text: ["word with this text already exists."] });
  }
});

test("a row that appears after validation is refused with validation's words", async () => {
  await using opened = await withWords({
    performCreate: async (serializer, { user, objects }) => {
      await objects(Word).insert({ text: serializer.validatedData.text ?? "", owner: user.id ?? 0 });
      await serializer.save({ owner: user.id });
    },
  });
  await opened.client.login("ada", "ada-pass-123");
  const { status, data } = await opened.client.post("/words/", { text: "raced" });
  expect([status, data]).toEqual([400, { text: ["word with this text already exists."] }]);
  expect(await count(opened)).toBe(25);
});

const reads = (statements: readonly string[]): readonly string[] =>
  statements.filter((sql) => !/^(?:BEGIN|COMMIT)/i.test(sql));

test("a page of a list is three statements whatever the number of rows: user, count, page", async () => {
  await using opened = await withWords({ pagination: pageNumber({ pageSize: 100 }) });
  await opened.client.login("ada", "ada-pass-123");
  for (const rows of [1, 10, 100]) {
    await query(opened, "DELETE FROM thesaurus_word");
    for (let number = 0; number < rows; number += 1) {
      await query(
        opened,
        `INSERT INTO thesaurus_word (text, synonym, definition, created_at, updated_at, owner_id)
          VALUES (?, '', '', '2024-01-01 00:00:00', '2024-01-01 00:00:00', ?)`,
        [`word ${number}`, 2 + (number % 2)],
      );
    }
    const statements = await statementsOf(async () => {
      const { data } = await opened.client.get("/words/");
      expect((data as { readonly results: unknown[] }).results).toHaveLength(rows);
    });
    expect(statements).toHaveLength(3);
    expect(statements.map((sql) => /from "(\w+)"/.exec(sql)?.[1])).toEqual([
      "auth_user",
      "thesaurus_word",
      "thesaurus_word",
    ]);
  }
});

test.each([
  ["GET", "/words/1/", undefined, ["auth_user", "thesaurus_word"]],
  [
    "POST",
    "/words/",
    { text: "new" },
    // PostgreSQL makes the row and reads it by one statement, which needs no transaction around it.
    ["auth_user", "thesaurus_word", "thesaurus_word", ...(isOnPostgresql ? [] : ["thesaurus_word"])],
  ],
  ["PATCH", "/words/1/", { synonym: "new" }, ["auth_user", "thesaurus_word", "thesaurus_word", "thesaurus_word"]],
  [
    "PATCH",
    "/words/1/",
    { text: "new" },
    ["auth_user", "thesaurus_word", "thesaurus_word", "thesaurus_word", "thesaurus_word"],
  ],
  // What refers to the word is asked for, and let go, under a savepoint.
  [
    "DELETE",
    "/words/1/",
    undefined,
    ["auth_user", "thesaurus_word", undefined, "thesaurus_word", "thesaurus_sample", "thesaurus_word", undefined],
  ],
])("%s %s takes no more statements than it must", async (method, address, json, tables) => {
  await using opened = await withWords({
    performCreate: (serializer, { user }) => serializer.save({ owner: user.id }),
  });
  await opened.client.login("ada", "ada-pass-123");
  const statements = await statementsOf(async () => {
    const { status } = await opened.client.send(address, { method, ...(json && { json }) });
    expect(status).toBeLessThan(300);
  });
  expect(reads(statements).map((sql) => /(?:from|into|update) "(\w+)"/.exec(sql)?.[1])).toEqual(tables);
  const isAlone = method === "GET" || (method === "POST" && isOnPostgresql);
  expect(statements.length - reads(statements).length).toBe(isAlone ? 0 : 2);
});

test.each<[string, NonNullable<ModelViewSetOptions<typeof Word>["performCreate"]>, number]>([
  ["does nothing after it", (serializer, { user }) => serializer.save({ owner: user.id }), isOnPostgresql ? 0 : 2],
  ["waits for it", async (serializer, { user }) => serializer.save({ owner: user.id }), 2],
  [
    "asked the database before",
    async (serializer, { user, objects }) => {
      await objects(Word).count();
      await serializer.save({ owner: user.id });
    },
    2,
  ],
  ["saves and goes on", (serializer, { user }) => serializer.save({ owner: user.id }).then(() => {}), 2],
  ["saves beside other work", (serializer, { user }) => Promise.all([serializer.save({ owner: user.id }), 1]), 2],
  ["watches over it", (serializer, { user }) => serializer.save({ owner: user.id }).finally(() => {}), 2],
])("a hook that saves and %s makes one row, which is represented", async (_what, performCreate, transactions) => {
  await using opened = await withWords({ performCreate });
  await opened.client.login("ada", "ada-pass-123");
  const before = await count(opened);
  const statements = await statementsOf(async () => {
    const { status, data } = await opened.client.post("/words/", { text: "new", synonym: "s" });
    expect([status, data]).toMatchObject([201, { text: "new", synonym: "s", owner: "ada" }]);
  });
  expect(statements.length - reads(statements).length).toBe(transactions);
  expect(await count(opened)).toBe(Number(before) + 1);
});

test("a hook that does not wait for what it saves has saved nothing, and is told so", async () => {
  await using opened = await withWords({
    performCreate: (serializer, { user }) => {
      void serializer.save({ owner: user.id });
    },
  });
  await opened.client.login("ada", "ada-pass-123");
  const before = await count(opened);
  expect((await opened.client.post("/words/", { text: "lost" })).status).toBe(500);
  expect(opened.log.join("")).toContain("performCreate did not save: it must call and await serializer.save().");
  expect(await count(opened)).toBe(before);
});
