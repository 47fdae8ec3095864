import { field } from "../fields/field-makers.ts";
import { model } from "../model.ts";

/** A refresh token that was handed out, as SimpleJWT's blacklist application keeps it. */
export const OutstandingToken = model(
  "token_blacklist.OutstandingToken",
  {
    token: field.text(),
    created_at: field.dateTime({ null: true, blank: true }),
    expires_at: field.dateTime(),
    user: field.foreignKey("user", { onDelete: "setNull", null: true, blank: true }),
    jti: field.char({ maxLength: 255, unique: true }),
  },
  { verboseName: "Outstanding Token" },
);

/** A refresh token that is refused from now on. */
export const BlacklistedToken = model(
  "token_blacklist.BlacklistedToken",
  {
    blacklisted_at: field.dateTime({ autoNowAdd: true }),
    token: field.oneToOne(OutstandingToken, { onDelete: "cascade" }),
  },
  { verboseName: "Blacklisted Token" },
);
