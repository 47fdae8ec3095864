import { cursor, field, isAdminUser, model, modelSerializer, modelViewSet } from "../../../src/index.ts";

/** Served with cursor pagination; a pair of fields is unique together. */
export const Event = model(
  "thesaurus.Event",
  {
    title: field.char({ maxLength: 50 }),
    room: field.char({ maxLength: 20 }),
    starts_at: field.dateTime(),
  },
  { ordering: ["-starts_at", "id"], uniqueTogether: [["room", "starts_at"]] },
);

const EventSerializer = modelSerializer(Event, { fields: ["id", "title", "room", "starts_at"] });

export const events = modelViewSet(EventSerializer, {
  permissions: [isAdminUser],
  pagination: cursor({ pageSize: 3, ordering: "-starts_at" }),
});
