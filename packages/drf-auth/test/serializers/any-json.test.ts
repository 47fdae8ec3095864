import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { open, thesaurus, thesaurusModels } from "../fixtures/thesaurus.ts";
import { allowAny, include, modelSerializer, modelViewSet, nested, router, slugRelated } from "../../src/index.ts";
import { Sample, samples } from "../conformance/application/samples.ts";
import { Tag } from "../conformance/application/tags.ts";
import { Word } from "../conformance/application/words.ts";

const TagSerializer = modelSerializer(Tag, { fields: ["id", "name"] });
const related = modelViewSet(
  modelSerializer(Sample, {
    fields: ["id", "char", "word", "tags", "shown"],
    declared: {
      word: slugRelated({ slugField: "text", required: false, allowNull: true }),
      tags: slugRelated({ slugField: "name", required: false }),
      shown: nested(TagSerializer, { source: "tags", readOnly: true }),
    },
  }),
  { permissions: [allowAny] },
);

const names = Object.keys(Sample.fields);
let opened: Awaited<ReturnType<typeof open>>;

beforeAll(async () => {
  opened = await open(
    thesaurus({ permissions: [allowAny], authentication: [] }, [include("", router({ samples, related }))]),
  );
});
afterAll(() => opened.close());

/** Values that some field may take for its own, and any other JSON. */
const value = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom("", " ", "a", "true", "1", "1.5", "2024-02-29", "12:30", "2024-02-29T12:30:00Z", "1 02:03:04", "P1D"),
  fc.constantFrom("a@example.com", "http://example.com", "10.0.0.1", "::1", "ABC-1234", "fond", "noun", null),
  fc.uuid(),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
  fc.array(fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom("noun", "verb", null, {}))),
  fc.string({ unit: "binary" }),
);
const body = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue() as fc.Arbitrary<unknown> },
  {
    weight: 9,
    arbitrary: fc
      .dictionary(fc.constantFrom(...names, "id", "__proto__", "constructor"), value, { maxKeys: 6 })
      .map((some) => ({ char: "x", ...some })),
  },
);

test.each(["samples", "related"])(
  "any JSON sent to %s is taken or refused, and what is shown is taken back",
  async (route) => {
    await fc.assert(
      fc.asyncProperty(body, async (data) => {
        const made = await send(`/${route}/`, "POST", data);
        expect([201, 400]).toContain(made.status);
        if (made.status === 400) return;
        const shown = JSON.parse(made.text) as Readonly<Record<string, unknown>>;
        const again = await opened.client.send(`/${route}/${String(shown["id"])}/`, {
          method: "PUT",
          headers: { "content-type": "application/json" },
          body: made.text,
        });
        expect([again.status, again.text]).toEqual([200, made.text]);
      }),
      { numRuns: 250 },
    );
    expect(thesaurusModels).toContain(Sample);
    expect(Word.name).toBe("thesaurus.Word");
  },
);

/** Big integers as JSON has them. */
function send(path: string, method: string, data: unknown) {
  const text = JSON.stringify(data, (_key, one: unknown) => (typeof one === "bigint" ? `\u0001${one}\u0001` : one));
  const json = text.replace(/"\\u0001(-?\d+)\\u0001"/g, "$1");
  return opened.client.send(path, { method, headers: { "content-type": "application/json" }, body: json });
}
