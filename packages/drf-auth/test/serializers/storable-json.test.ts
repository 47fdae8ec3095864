import { expect, test } from "vitest";
import { allowAny, field, include, model, modelSerializer, modelViewSet, router } from "../../src/index.ts";
import { isOnPostgresql, open, thesaurus } from "../fixtures/thesaurus.ts";

const Record = model("any.Record", { data: field.json() });
const records = modelViewSet(modelSerializer(Record, { fields: ["id", "data"] }), { permissions: [allowAny] });

test("JSON that a column would not give back is refused, and nothing is answered 500", async () => {
  const application = thesaurus({}, [include("", router({ records }))]);
  await using all = await open({ ...application, models: [...application.models, Record] }, { hasNoMigrations: true });
  const post = (body: string) =>
    all.client.send("/records/", { method: "POST", body, headers: { "content-type": "application/json" } });
  const refused = { data: ["Value must be valid JSON."] };
  expect((await post('{"data": {"a": [1, 1e400]}}')).data).toEqual(refused);
  for (const text of ['{"data": "a\\u0000"}', '{"data": {"\\ud800": 1}}']) {
    const { status, data } = await post(text);
    expect([text, status, isOnPostgresql ? data : undefined]).toEqual(
      isOnPostgresql ? [text, 400, refused] : [text, 201, undefined],
    );
  }
  expect((await post('{"data": {"a": [1, 1e308, "é", null]}}')).status).toBe(201);
});
