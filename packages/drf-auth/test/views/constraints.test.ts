import { expect, test } from "vitest";
import { allowAny, f, field, include, model, modelSerializer, modelViewSet, router } from "../../src/index.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

const Stay = model(
  "hotel.Stay",
  {
    room: field.integer(),
    guest: field.char({ maxLength: 20 }),
    note: field.char({ maxLength: 20, blank: true }),
    starts: field.date(),
    ends: field.date(),
    status: field.char({ maxLength: 10, default: "open" }),
  },
  {
    constraints: [
      { name: "stay_ends_later", check: { ends__gt: f("starts") } },
      { name: "stay_room_is_real", check: { room__gte: 1 }, message: "There is no such room." },
      { name: "stay_one_a_day", unique: ["room", "starts"] },
      { name: "stay_guest_once", unique: ["guest"], where: { status: "open" } },
      { name: "stay_note_once", unique: ["note"], where: { note__gt: "" }, message: "unused: its field says it" },
    ],
  },
);

const stays = modelViewSet(modelSerializer(Stay, { fields: "__all__" }), { permissions: [allowAny] });
const stay = { room: 1, guest: "ada", note: "", starts: "2024-01-01", ends: "2024-01-03", status: "open" };
const of = (...messages: readonly string[]) => ({ non_field_errors: messages });

test("what a constraint refuses is answered 400, as DRF says it where it says something", async () => {
  const application = thesaurus({}, [include("", router({ stays }))]);
  await using all = await open({ ...application, models: [...application.models, Stay] }, { hasNoMigrations: true });
  const post = async (changes: object) => {
    const { status, data } = await all.client.send("/stays/", { method: "POST", json: { ...stay, ...changes } });
    return status === 201 ? status : data;
  };
  expect(await post({})).toBe(201);
  const answers: readonly (readonly [object, unknown])[] = [
    [{}, of("The fields room, starts must make a unique set.")],
    [{ room: 2 }, of("The fields guest must make a unique set.")],
    [{ room: 2, status: "gone" }, 201],
    [{ room: 3, guest: "ben", ends: "2024-01-01" }, of("Constraint “stay_ends_later” is violated.")],
    [{ room: 0, guest: "ben" }, of("There is no such room.")],
    [{ room: 3, guest: "ben", note: "late" }, 201],
    [{ room: 4, guest: "cy", note: "late" }, { note: ["stay with this note already exists."] }],
    [
      { room: undefined, starts: undefined },
      { room: ["This field is required."], starts: ["This field is required."] },
    ],
  ];
  for (const [changes, answer] of answers) expect([changes, await post(changes)]).toEqual([changes, answer]);
  const patched = await all.client.send("/stays/1/", { method: "PATCH", json: { ends: "2023-01-01" } });
  expect([patched.status, patched.data]).toEqual([400, of("Constraint “stay_ends_later” is violated.")]);
  const many = await all.client.get("/stays/");
  expect(many.data).toHaveLength(3);
});
