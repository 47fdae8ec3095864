import { field } from "../fields/field-makers.ts";
import { model } from "../model.ts";

/**
 * The failed logins of one address, of one user name, or of one name from one address; and when the last of these had
 * its last good login. The key is a keyed digest: the table holds no names and no addresses.
 */
export const LoginAttempt = model(
  "drf_auth.LoginAttempt",
  {
    key: field.char({ maxLength: 64, primaryKey: true }),
    failures: field.integer(),
    /** When the first of these failures was. */
    counted_from: field.dateTime(),
    failed_at: field.dateTime(),
    succeeded_at: field.dateTime({ null: true }),
    /** From when on the row says nothing any more. */
    ends_at: field.dateTime({ index: true }),
  },
  { table: "drf_auth_login_attempt" },
);
