import { encodeSessionData, type SessionData } from "../../../src/auth/sessions/session-data.ts";
import { saltedHmac } from "../../../src/auth/sessions/salted-hmac.ts";
import { type Opened, query } from "../../fixtures/thesaurus.ts";

/** A key in the form that a login gives. */
const defaultKey = "abcdefghijklmnopqrstuvwxyz012345";

export interface StartedSession {
  readonly key: string;
  readonly data: SessionData;
}

/** Puts a session of a user into the table, as a login does, without the price of a hash. */
export async function startSession(
  opened: Opened,
  userId: number,
  { key = defaultKey, days = 1, extra = {} }: { key?: string; days?: number; extra?: SessionData } = {},
): Promise<StartedSession> {
  const secret = opened.project.secretKey.value;
  const [[password] = []] = await query(opened, "SELECT password FROM auth_user WHERE id = ?", [userId]);
  const salt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";
  const data = {
    ...extra,
    _auth_user_id: String(userId),
    _auth_user_backend: "django.contrib.auth.backends.ModelBackend",
    _auth_user_hash: saltedHmac(salt, secret, String(password)).toString("hex"),
  };
  await storeSession(opened, key, encodeSessionData(data, secret), days);
  return { key, data };
}

export async function storeSession(opened: Opened, key: string, encoded: string, days = 1): Promise<void> {
  const expires = new Date(Date.now() + days * 86_400_000).toISOString().replace("T", " ").replace("Z", "000");
  const sql = "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (?, ?, ?)";
  await query(opened, sql, [key, encoded, expires]);
}
