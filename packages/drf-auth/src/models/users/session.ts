import { field } from "../fields/field-makers.ts";
import { model } from "../model.ts";

/** Django's session row: a random key, signed data, and when it ends. */
export const Session = model(
  "sessions.Session",
  {
    session_key: field.char({ maxLength: 40, primaryKey: true, verboseName: "session key" }),
    session_data: field.text({ verboseName: "session data" }),
    expire_date: field.dateTime({ index: true, verboseName: "expire date" }),
  },
  { table: "django_session" },
);
