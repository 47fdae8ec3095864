import { afterAll, beforeAll, expect, test } from "vitest";
import {
  allowAny,
  hyperlinkedIdentity,
  hyperlinkedRelated,
  include,
  modelSerializer,
  modelViewSet,
  router,
} from "../../src/index.ts";
import { Sample } from "../conformance/application/samples.ts";
import { Tag } from "../conformance/application/tags.ts";
import { Word, words } from "../conformance/application/words.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

const tags = modelViewSet(
  modelSerializer(Tag, {
    fields: ["url", "name"],
    declared: { url: hyperlinkedIdentity({ view: "tag-detail", lookupField: "name" }) },
  }),
  { permissions: [allowAny], lookupField: "name" },
);
const samples = modelViewSet(
  modelSerializer(Sample, {
    fields: ["url", "char", "word", "tags"],
    declared: {
      url: hyperlinkedIdentity({ view: "sample-detail" }),
      word: hyperlinkedRelated({ view: "word-detail", required: false, allowNull: true }),
      tags: hyperlinkedRelated({ view: "tag-detail", lookupField: "name", required: false }),
    },
  }),
  { permissions: [allowAny] },
);

let opened: Awaited<ReturnType<typeof open>>;
const api = () => `${opened.client.base}/api`;

beforeAll(async () => {
  const routes = include("api/", router({ words, tags, samples }, { permissions: [allowAny] }));
  opened = await open(thesaurus({}, [routes]));
});
afterAll(() => opened.close());

test("rows are named by their addresses, in and out, and a new one says where it is", async () => {
  const made = await opened.client.post("/api/samples/", {
    char: "x",
    word: `${api()}/words/2/`,
    tags: [`${api()}/tags/verb/`, "/api/tags/noun/"],
  });
  const url = `${api()}/samples/1/`;
  const data = { url, char: "x", word: `${api()}/words/2/`, tags: [`${api()}/tags/noun/`, `${api()}/tags/verb/`] };
  expect([made.status, made.data]).toEqual([201, data]);
  expect(made.headers.get("location")).toBe(url);
  expect((await opened.client.get("/api/samples/")).data).toEqual([data]);
  expect((await opened.client.get("/api/samples/1/")).data).toEqual(data);
});

test.each([
  [5, "Incorrect type. Expected URL string, received int."],
  [["x"], "Incorrect type. Expected URL string, received list."],
  ["words/1/", "Invalid hyperlink - No URL match."],
  ["http://example.com/nowhere/", "Invalid hyperlink - No URL match."],
  ["/api/tags/noun/", "Invalid hyperlink - Incorrect URL match."],
  ["/api/words/99/", "Invalid hyperlink - Object does not exist."],
  ["/api/words/x/", "Invalid hyperlink - Object does not exist."],
  ["/api/words/99999999999999999999/", "Invalid hyperlink - Object does not exist."],
])("an address %j is refused: %s", async (word, message) => {
  const { status, data } = await opened.client.post("/api/samples/", { char: "x", word });
  expect([status, data]).toEqual([400, { word: [message] }]);
});

test("the host of an address does not count, as in DRF; nothing is null", async () => {
  const made = await opened.client.post("/api/samples/", { char: "y", word: "https://other.example/api/words/1/?x#y" });
  expect((made.data as { word: string }).word).toBe(`${api()}/words/1/`);
  const without = await opened.client.post("/api/samples/", { char: "z", word: null });
  expect((without.data as { word: null }).word).toBeNull();
  expect(Word.name).toBe("thesaurus.Word");
});
