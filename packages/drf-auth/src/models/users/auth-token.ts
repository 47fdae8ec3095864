import { field } from "../fields/field-makers.ts";
import { model } from "../model.ts";

/** The keys of DRF's authtoken application: list it in `models` to use `tokenAuthentication()`. */
export const AuthToken = model(
  "authtoken.Token",
  {
    key: field.char({ maxLength: 40, primaryKey: true, verboseName: "Key" }),
    user: field.oneToOne("user", { onDelete: "cascade", relatedName: "auth_token", verboseName: "User" }),
    created: field.dateTime({ autoNowAdd: true, verboseName: "Created" }),
  },
  { table: "authtoken_token", verboseName: "Token" },
);
