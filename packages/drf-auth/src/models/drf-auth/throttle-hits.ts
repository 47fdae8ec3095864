import { field } from "../fields/field-makers.ts";
import { model } from "../model.ts";

/** When one caller asked what a throttle bounds, for servers that share a database. The key is a keyed digest. */
export const ThrottleHits = model(
  "drf_auth.ThrottleHits",
  {
    key: field.char({ maxLength: 64, primaryKey: true }),
    /** Milliseconds since 1970 by the database's clock, oldest first. */
    times: field.json(),
    /** From when on the row says nothing any more. */
    ends_at: field.dateTime({ index: true }),
  },
  { table: "drf_auth_throttle_hits" },
);
