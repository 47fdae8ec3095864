import { describe, expect, test } from "vitest";
import {
  allowAny,
  charField,
  currentUser,
  hiddenField,
  ImproperlyConfigured,
  include,
  isAuthenticated,
  methodField,
  modelSerializer,
  modelViewSet,
  nested,
  primaryKeyRelated,
  readOnly,
  router,
  serializer,
  slugRelated,
  stringRelated,
  User,
  ValidationError,
} from "../../src/index.ts";
import { Event } from "../conformance/application/events.ts";
import { Sample } from "../conformance/application/samples.ts";
import { Tag } from "../conformance/application/tags.ts";
import { Word } from "../conformance/application/words.ts";
import { open, query, thesaurus } from "../fixtures/thesaurus.ts";

type ViewSet = ReturnType<typeof modelViewSet>;
const served = (viewSets: Readonly<Record<string, ViewSet>>) =>
  open(thesaurus({}, [include("", router(viewSets, { permissions: [allowAny] }))]));
const anyone = { permissions: [allowAny] };

describe("what is shown", () => {
  test("depth shows rows instead of keys, and takes none in", async () => {
    const samples = modelViewSet(modelSerializer(Sample, { fields: ["id", "char", "word", "tags"], depth: 2 }), anyone);
    await using opened = await served({ samples });
    await query(opened, "INSERT INTO auth_user_groups (id, user_id, group_id) SELECT 1, 1, 1 WHERE 1 = 0");
    const made = await opened.client.post("/samples/", { char: "x", word: 1, tags: [1] });
    expect(made.data).toEqual({ id: 1, char: "x", word: null, tags: [] });
    await query(opened, "UPDATE thesaurus_sample SET word_id = 1");
    await query(opened, "INSERT INTO thesaurus_sample_tags (sample_id, tag_id) VALUES (1, 3), (1, 1)");
    const { data } = await opened.client.get("/samples/1/");
    expect(data).toMatchObject({
      word: { id: 1, text: "fond", owner: { id: 2, username: "ada" } },
      tags: [
        { id: 1, name: "noun" },
        { id: 3, name: "adjective" },
      ],
    });
  });

  test("relations of every sort, to one and to many, from both ends", async () => {
    const WordSerializer = modelSerializer(Word, { fields: ["id", "text"] });
    const users = modelViewSet(
      modelSerializer(User, {
        fields: ["id", "words", "texts", "shown"],
        declared: {
          words: primaryKeyRelated({ readOnly: true }),
          texts: slugRelated({ slugField: "text", source: "words", readOnly: true }),
          shown: nested(WordSerializer, { source: "words", readOnly: true }),
        },
      }),
      anyone,
    );
    const samples = modelViewSet(
      modelSerializer(Sample, {
        fields: ["id", "word", "word_text", "owner", "names", "word_as_text"],
        declared: {
          word: nested(WordSerializer, { readOnly: true }),
          word_text: readOnly({ source: "word.text" }),
          owner: readOnly({ source: "word.owner.username" }),
          names: stringRelated({ source: "tags" }),
          word_as_text: stringRelated({ source: "word" }),
        },
      }),
      anyone,
    );
    await using opened = await served({ users, samples });
    expect((await opened.client.get("/users/3/")).data).toEqual({
      id: 3,
      words: [4, 5],
      texts: ["outfit", "guide"],
      shown: [
        { id: 4, text: "outfit" },
        { id: 5, text: "guide" },
      ],
    });
    const insert =
      "INSERT INTO thesaurus_sample (char, text, email, url, integer, boolean, choice, code, word_id) VALUES";
    await query(
      opened,
      `${insert} ('a', '', '', '', 5, false, 'a', '', 1), ('b', '', '', '', 5, false, 'a', '', NULL)`,
    );
    await query(opened, "INSERT INTO thesaurus_sample_tags (sample_id, tag_id) VALUES (1, 2)");
    expect((await opened.client.get("/samples/")).data).toEqual([
      {
        id: 1,
        word: { id: 1, text: "fond" },
        word_text: "fond",
        owner: "ada",
        names: ["verb"],
        word_as_text: "Word object (1)",
      },
      // As in DRF, what a row does not have is left out.
      { id: 2, word: null, names: [], word_as_text: null },
    ]);
  });

  test("a function of the row and the request; all fields but some", async () => {
    const tags = modelViewSet(
      modelSerializer(Tag, {
        fields: ["name", "loud"],
        declared: {
          loud: methodField<typeof Tag, string>(
            (tag, request) => `${tag.name.toUpperCase()} ${request?.method ?? "?"}`,
          ),
        },
      }),
      anyone,
    );
    const events = modelViewSet(modelSerializer(Event, { exclude: ["starts_at"] }), anyone);
    await using opened = await served({ tags, events });
    expect((await opened.client.get("/tags/1/")).data).toEqual({ name: "noun", loud: "NOUN GET" });
    expect((await opened.client.get("/events/1/")).data).toEqual({ id: 1, title: "Event 0", room: "B" });
  });
});

describe("what is taken", () => {
  const words = modelViewSet(
    modelSerializer(Word, {
      fields: ["id", "text", "synonym", "owner"],
      declared: { owner: hiddenField({ default: currentUser }) },
      extra: {
        text: { minLength: 3, errorMessages: { min_length: "Longer than that." } },
        synonym: { readOnly: true },
      },
      validateFields: {
        text: (text: string) => {
          if (text === "forbidden") throw new ValidationError("Not this one.");
          return text.toLowerCase();
        },
      },
      validate: (values) => {
        if (values["text"] === "whole") throw new ValidationError("Not as a whole.");
        return values;
      },
    }),
    { permissions: [isAuthenticated] },
  );

  test.each([
    [{ text: "MiXed" }, 201, { text: "mixed", synonym: "" }],
    [{ text: "mixed", synonym: "ignored" }, 201, { synonym: "" }],
    [{ text: "ab" }, 400, { text: ["Longer than that."] }],
    [{ text: "forbidden" }, 400, { text: ["Not this one."] }],
    [{ text: "whole" }, 400, { non_field_errors: ["Not as a whole."] }],
    [{ text: "mine", owner: 1 }, 201, { text: "mine" }],
  ])("%j is %i", async (body, status, wanted) => {
    await using opened = await served({ words });
    await opened.client.login("ada", "ada-pass-123");
    const answer = await opened.client.post("/words/", body);
    expect([answer.status, answer.data]).toEqual([status, expect.objectContaining(wanted)]);
    expect(Object.keys(answer.data as object)).not.toContain("owner");
    const made = await query(opened, "SELECT owner_id FROM thesaurus_word WHERE id > 25");
    expect(made).toEqual(status === 201 ? [[2]] : []);
  });

  test.each([
    [{ room: "B" }, 400],
    [{ room: "A" }, 200],
    [{ title: "x" }, 200],
    [{ starts_at: "2024-01-01T12:00:00Z", room: "B" }, 400],
    [{ starts_at: "2024-01-02T12:00:00Z", room: "A" }, 200],
  ])("a change to %j of a row that is unique in two fields is %i", async (body, status) => {
    const events = modelViewSet(modelSerializer(Event, { fields: ["id", "title", "room", "starts_at"] }), anyone);
    await using opened = await served({ events });
    await query(opened, "UPDATE thesaurus_event SET starts_at = '2024-01-01 12:00:00' WHERE id = 2");
    const answer = await opened.client.send("/events/2/", { method: "PATCH", json: body });
    const refusal = { non_field_errors: ["The fields room, starts_at must make a unique set."] };
    expect(answer.status).toBe(status);
    expect(answer.data).toMatchObject(status === 400 ? refusal : body);
  });

  test("what is nested is stored by the serializer's own create and update, or not at all", async () => {
    const Tags = serializer({ name: charField({ maxLength: 30 }) });
    const declared = { new_tags: nested(Tags, { many: true, writeOnly: true }) };
    const samples = modelViewSet(
      modelSerializer(Sample, {
        fields: ["id", "char", "tags", "new_tags"],
        declared,
        create: async ({ new_tags, ...sample }, { objects }) => {
          const tags: number[] = [];
          for (const { name } of new_tags) tags.push(await objects(Tag).insert({ name }));
          return objects(Sample).insert({ char: sample.char });
        },
        update: async (sample, { new_tags, ...rest }, { objects }) => {
          for (const { name } of new_tags ?? []) await objects(Tag).insert({ name });
          await objects(Sample)
            .filter({ id: sample.id })
            .update({ char: rest.char ?? sample.char });
        },
      }),
      anyone,
    );
    await using opened = await served({ samples });
    const made = await opened.client.post("/samples/", { char: "x", new_tags: [{ name: "one" }, { name: "two" }] });
    expect([made.status, made.data]).toEqual([201, { id: 1, char: "x", tags: [] }]);
    const refused = await opened.client.post("/samples/", {
      char: "x",
      new_tags: [{ name: "three" }, { name: "" }, 5],
    });
    expect(refused.data).toEqual({
      new_tags: {
        "1": { name: ["This field may not be blank."] },
        "2": { non_field_errors: ["Invalid data. Expected a dictionary, but got int."] },
      },
    });
    await opened.client.send("/samples/1/", { method: "PATCH", json: { char: "y", new_tags: [{ name: "four" }] } });
    expect((await opened.client.get("/samples/1/")).data).toMatchObject({ char: "y" });
    const names = await query(opened, "SELECT name FROM thesaurus_tag ORDER BY id");
    expect(names.flat()).toEqual(["noun", "verb", "adjective", "one", "two", "four"]);
  });
});

describe("is refused at start", () => {
  test.each<readonly [string, () => unknown]>([
    ["neither fields nor exclude", () => modelSerializer(Tag, {})],
    ["both", () => modelSerializer(Tag, { fields: ["id"], exclude: ["name"] })],
    [
      "a declared field that is not listed",
      () => modelSerializer(Tag, { fields: ["id"], declared: { x: charField() } }),
    ],
    ["a relation in a serializer of no model", () => serializer({ tag: primaryKeyRelated() })],
  ])("%s", (_name, make) => {
    expect(make).toThrow(ImproperlyConfigured);
  });

  test.each([
    ["a field that is not there", modelSerializer(Tag, { fields: ["nam" as "name"] })],
    ["one to leave out that is not there", modelSerializer(Tag, { exclude: ["nam" as "name"] })],
    [
      "a relation that is none",
      modelSerializer(Tag, { fields: ["name"], declared: { name: slugRelated({ slugField: "x" }) } }),
    ],
  ])("%s", async (_name, broken) => {
    await expect(served({ tags: modelViewSet(broken, anyone) })).rejects.toThrow(ImproperlyConfigured);
  });
});
