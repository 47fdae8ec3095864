import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import {
  allowAny,
  application,
  field,
  ImproperlyConfigured,
  include,
  model,
  modelSerializer,
  modelViewSet,
  QuerySet,
  router,
} from "../../../src/index.ts";
import { open, type Opened } from "../../fixtures/thesaurus.ts";

const Tag = model("shop.Tag", { name: field.char({ maxLength: 20 }) });
const Sample = model(
  "shop.Sample",
  { code: field.char({ maxLength: 20 }), tags: field.manyToMany(Tag, { relatedName: "samples", blank: true }) },
  { ordering: ["id"] },
);
const Note = model("shop.Note", {
  sample: field.foreignKey(Sample, { onDelete: "cascade", null: true, relatedName: "notes" }),
  text: field.char({ maxLength: 20 }),
});
const options = {
  permissions: [allowAny],
  filters: { code: ["exact"], tags: ["exact", "isnull"], tags__name: ["exact", "icontains", "in", "isnull"] },
  relatedFilters: {
    notes: ["exact", "isnull"],
    notes__text: ["exact", "isnull", "startswith"],
    notes__sample__tags__name: ["exact", "isnull"],
  },
  search: ["code", "tags__name", "notes__text" as never],
} as const;
const samples = modelViewSet(modelSerializer(Sample, { fields: ["id", "code", "tags"] }), options);
const notes = modelViewSet(modelSerializer(Note, { fields: ["id", "text"] }), {
  permissions: [allowAny],
  filters: { sample__tags: ["exact"], sample__tags__name: ["exact"] } as never,
});

const Key = model("shop.Key", { id: field.uuid({ primaryKey: true }) });
const Lock = model("shop.Lock", { keys: field.manyToMany(Key, { blank: true }) });

describe("filters over relations to many rows", () => {
  let opened: Opened;
  const codes = async (query: string): Promise<unknown> => {
    const { status, data } = await opened.client.get(`/samples/?${query}`);
    return status === 200 ? (data as { readonly code: string }[]).map(({ code }) => code).join("") : data;
  };

  beforeAll(async () => {
    const app = application({
      settings: { authentication: [] },
      models: [Tag, Sample, Note],
      routes: [include("", router({ samples, notes }))],
    });
    opened = await open(app, { isSeeded: false, hasNoMigrations: true });
    const { registry, database } = opened.project;
    const tags = QuerySet.of<typeof Tag>(registry.meta(Tag), database);
    for (const name of ["red", "rose", "blue"]) await tags.insert({ name });
    for (const [code, own] of [
      ["a", [1, 2]],
      ["b", [2]],
      ["c", [3]],
      ["d", []],
    ] as const) {
      await opened.client.post("/samples/", { code, tags: own });
    }
    const all = QuerySet.of<typeof Note>(registry.meta(Note), database);
    await all.insert({ sample: 1, text: "n1" });
    await all.insert({ sample: 1, text: "n2" });
    await all.insert({ sample: 4, text: "n1" });
    await all.insert({ sample: null, text: "n3" });
  });
  afterAll(() => opened.close());

  // What django-filter 25.1 answers, each row once.
  it.each([
    ["tags=1", "a"],
    ["tags=1&tags=3", "ac"],
    ["tags=99", { tags: ["Select a valid choice. 99 is not one of the available choices."] }],
    ["tags=x", { tags: ["“x” is not a valid value."] }],
    ["tags=", { tags: ["“” is not a valid value."] }],
    ["tags=01", { tags: ["Select a valid choice. 01 is not one of the available choices."] }],
    ["tags=%2B1", { tags: ["Select a valid choice. +1 is not one of the available choices."] }],
    ["notes=01", { notes: ["Select a valid choice. 01 is not one of the available choices."] }],
    ["tags=1&tags=1", "a"],
    ["tags__name__isnull=true", "d"],
    ["tags__name__isnull=false", "abc"],
    ["notes__text__isnull=true", "bc"],
    ["notes__sample__tags__name__isnull=true", "bcd"],
    ["tags__isnull=true", "d"],
    ["tags__isnull=false", "abc"],
    ["tags__name=red", "a"],
    ["tags__name__icontains=r", "ab"],
    ["tags__name__in=red,rose", "ab"],
    ["notes=1", "a"],
    ["notes=99", { notes: ["Select a valid choice. 99 is not one of the available choices."] }],
    ["notes__isnull=true", "bc"],
    ["notes__isnull=false", "ad"],
    ["notes__text__startswith=n", "ad"],
    ["notes__text=n1", "ad"],
    ["tags=1&tags__name=rose", "a"],
    ["notes__sample__tags__name=red", "a"],
    ["search=ROSE", "ab"],
    ["search=d", "ad"],
    ["search=nothing", ""],
    // Two terms over one relation are found in one row of it, over two in any two.
    ["search=rose+red", ""],
    ["search=re+ed", "a"],
    ["search=a+rose", "a"],
    ["search=n1+n2", ""],
    ["search=rose+n1", "a"],
    ["search=d+n1", "ad"],
    ["search=blue+c", "c"],
  ])("%s finds %j", async (query, found) => expect(await codes(query)).toEqual(found));

  it("go on behind a relation to one row", async () => {
    const texts = async (query: string) =>
      ((await opened.client.get(`/notes/?${query}`)).data as { readonly text: string }[]).map(({ text }) => text);
    expect(await texts("sample__tags=1")).toEqual(["n1", "n2"]);
    expect(await texts("sample__tags__name=rose")).toEqual(["n1", "n2"]);
  });

  it("count each row once", async () => {
    const { registry, database } = opened.project;
    const all = QuerySet.of<typeof Sample>(registry.meta(Sample), database);
    expect(await all.filter({ tags__name__in: ["red", "rose"] }).count()).toBe(2);
    expect(await all.filter({ tags__name__in: ["red", "rose"], notes__text__startswith: "n" }).count()).toBe(1);
    expect(await all.filterAny({ tags__name: "blue", notes__text: "n2" }).count()).toBe(2);
  });
});

test("a key is written as it is given out: a UUID with its hyphens", async () => {
  const locks = modelViewSet(modelSerializer(Lock, { fields: ["id", "keys"] }), {
    permissions: [allowAny],
    filters: { keys: ["exact"] },
  });
  const app = application({
    settings: { authentication: [] },
    models: [Key, Lock],
    routes: [include("", router({ locks }))],
  });
  await using opened = await open(app, { isSeeded: false, hasNoMigrations: true });
  const { registry, database } = opened.project;
  const id = "0b6893b7-7ff0-4c39-9e55-594fc4182721";
  await QuerySet.of<typeof Key>(registry.meta(Key), database).insert({ id });
  await opened.client.post("/locks/", { keys: [id] });
  const answer = async (key: string) => (await opened.client.get(`/locks/?keys=${key}`)).data;
  expect(await answer(id)).toEqual([{ id: 1, keys: [id] }]);
  const bare = id.replaceAll("-", "");
  expect(await answer(bare)).toEqual({
    keys: [`Select a valid choice. ${bare} is not one of the available choices.`],
  });
  expect(await answer("x")).toEqual({ keys: ["“x” is not a valid UUID."] });
});

test.each([
  [{ relatedFilters: { nots: ["exact"] } }, /has no field "nots"/],
  [{ relatedFilters: { notes__txt: ["exact"] } }, /has no field "txt"/],
  [{ filters: { tags: ["in"] } }, /filters: tags leads to any number of rows and cannot be filtered by "in"/],
  [{ filters: { tags__name: ["year"] } }, /filters: tags__name is a char field/],
  [{ search: ["tags"] }, /search: "tags" is a relation to shop.Tag/],
  [{ ordering: ["tags"] }, /"tags" goes over shop.Sample.tags, which leads to any number of rows/],
])("a wrong name is refused at start: %j", async (wrong, message) => {
  const bad = modelViewSet(modelSerializer(Sample, { fields: ["id"] }), wrong as never);
  const app = application({ models: [Tag, Sample, Note], routes: [include("", router({ bad }))] });
  const opening = open(app, { isSeeded: false, hasNoMigrations: true });
  await expect(opening).rejects.toThrow(ImproperlyConfigured);
  await expect(opening).rejects.toThrow(message);
});
