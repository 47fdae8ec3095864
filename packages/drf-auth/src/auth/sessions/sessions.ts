import { randomInt, timingSafeEqual } from "node:crypto";
import type { Database } from "../../database/index.ts";
import type { Request, User, UserKey } from "../../http/index.ts";
import { currentTime, type ModelRegistry, QuerySet, type Selection, Session } from "../../models/index.ts";
import type { Users, UserWithPassword } from "../users.ts";
import { saltedHmac } from "./salted-hmac.ts";
import { decodeSessionData, encodeSessionData, type SessionData } from "./session-data.ts";
import type { SessionSettings } from "./session-settings.ts";

export interface SessionsOptions {
  readonly settings: SessionSettings;
  readonly secret: string;
  readonly users: Users;
  readonly registry: ModelRegistry;
  readonly database: Database;
}

/** The names under which Django's login keeps who it was. */
const userKey = "_auth_user_id";
const backendKey = "_auth_user_backend";
const hashKey = "_auth_user_hash";
const modelBackend = "django.contrib.auth.backends.ModelBackend";
const hashSalt = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";

const keyAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
const keyLength = 32;
/** Django's own keys have 32 characters; the column holds 40. */
const KEY = /^[a-zA-Z0-9_-]{8,40}$/;
/** How many sessions that are over are removed with a login: sooner or later all, and never many at once. */
const maxRemoved = 20;

interface Stored {
  readonly key: string;
  readonly data: SessionData;
}

/** Logs users in and out by Django's session rows and cookie; a session of Django's is one of ours and the other way. */
export class Sessions {
  readonly #settings: SessionSettings;
  readonly #secret: string;
  readonly #users: Users;
  readonly #database: Database;
  readonly #rows: QuerySet<typeof Session>;
  readonly #byKey: ReturnType<QuerySet["lookup"]>;

  constructor({ settings, secret, users, registry, database }: SessionsOptions) {
    this.#settings = settings;
    this.#secret = secret;
    this.#users = users;
    this.#database = database;
    const meta = registry.meta(Session);
    this.#rows = QuerySet.of<typeof Session>(meta, database).orderBy();
    const paths = ["session_data", "expire_date"].map((name) => ({
      relations: [],
      field: meta.fields.find((field) => field.name === name) as (typeof meta.fields)[number],
    }));
    this.#byKey = this.#rows.lookup("session_key", { key: "session", paths } satisfies Selection);
  }

  /** Where a login leads that does not say where to. */
  get loginRedirectUrl(): string {
    return this.#settings.loginRedirectUrl;
  }

  /** Who a request's session belongs to; undefined at once where it has none. A cookie of no session is removed. */
  find(request: Request): Promise<User | undefined> | undefined {
    const sent = this.#cookieOf(request);
    if (sent === undefined) return undefined;
    if (KEY.test(sent)) return this.#userOf(sent, request);
    this.#removeCookie(request);
    return undefined;
  }

  /**
   * Begins a session of a user, under a new key: whoever knew the one before knows nothing (session fixation).
   *
   * What an anonymous session holds is kept; that of another user is not.
   */
  async login(request: Request, user: User): Promise<void> {
    const found = await this.#users.findWithPasswordById(user.id);
    if (!found) throw new Error("A user who is not there cannot log in.");
    const before = await this.#stored(request);
    const key = newKey();
    const authHash = this.#authHash(found);
    const data = {
      ...(before && (before.data[userKey] === undefined || isOf(before.data, user.id, authHash)) && before.data),
      [userKey]: String(user.id),
      [backendKey]: modelBackend,
      [hashKey]: authHash,
    };
    await this.#database.transaction(async () => {
      if (before) await this.#rows.filter({ session_key: before.key }).delete();
      await this.#removeOver();
      await this.#rows.insert({
        session_key: key,
        session_data: encodeSessionData(data, this.#secret),
        expire_date: new Date(Date.now() + this.#settings.ageSeconds * 1000).toISOString(),
      });
      await this.#users.noteLogin(user.id);
    });
    request.setCookie(this.#settings.cookieName, key, {
      maxAgeSeconds: this.#settings.ageSeconds,
      isHttpOnly: true,
    });
  }

  /** Ends a request's session. */
  async logout(request: Request): Promise<void> {
    const sent = this.#cookieOf(request);
    if (sent === undefined) return;
    if (KEY.test(sent)) await this.#rows.filter({ session_key: sent }).delete();
    this.#removeCookie(request);
  }

  #cookieOf(request: Request): string | undefined {
    return request.raw.headers.cookie === undefined ? undefined : request.cookie(this.#settings.cookieName);
  }

  #removeCookie(request: Request): void {
    request.setCookie(this.#settings.cookieName, "", { maxAgeSeconds: 0 });
  }

  async #stored(request: Request): Promise<Stored | undefined> {
    const key = this.#cookieOf(request);
    const signed = key !== undefined && KEY.test(key) ? await this.#signedOf(key) : undefined;
    const data = signed === undefined ? undefined : decodeSessionData(signed, this.#secret);
    return key !== undefined && data ? { key, data } : undefined;
  }

  /** The signed data of a session; undefined where there is none, or none any more. */
  async #signedOf(key: string): Promise<string | undefined> {
    const [row] = await this.#byKey(key);
    if (!row) return undefined;
    const [data, expires] = row as readonly [string, string];
    // Stored in UTC, as Django stores it, where text compares as time does.
    if (String(expires).replace(" ", "T").slice(0, 19) <= new Date().toISOString().slice(0, 19)) return undefined;
    return String(data);
  }

  async #userOf(key: string, request: Request): Promise<User | undefined> {
    const signed = await this.#signedOf(key);
    if (signed === undefined) {
      this.#removeCookie(request);
      return undefined;
    }
    const data = decodeSessionData(signed, this.#secret);
    if (!data || data[userKey] === undefined) return undefined;
    const found = await this.#users.findWithPasswordById(data[userKey]);
    if (!found?.user.is_active) return undefined;
    if (isOf(data, found.user.id, this.#authHash(found))) return found.user;
    // The password is another by now: its sessions are over.
    await this.#rows.filter({ session_key: key }).delete();
    this.#removeCookie(request);
    return undefined;
  }

  /** Changes with the password, so that a new one ends every session. */
  #authHash({ encodedPassword }: UserWithPassword): string {
    return saltedHmac(hashSalt, this.#secret, encodedPassword).toString("hex");
  }

  async #removeOver(): Promise<void> {
    const over = await this.#rows.filter({ expire_date__lt: currentTime() }).rows({ limit: maxRemoved, offset: 0 });
    if (over.length > 0) await this.#rows.filter({ session_key__in: over.map((one) => one.session_key) }).delete();
  }
}

function isOf(data: SessionData, userId: UserKey, authHash: string): boolean {
  const given = Buffer.from(String(data[hashKey] ?? ""));
  const wanted = Buffer.from(authHash);
  const isSame = given.length === wanted.length && timingSafeEqual(given, wanted);
  return isSame && String(data[userKey]) === String(userId);
}

function newKey(): string {
  return Array.from({ length: keyLength }, () => keyAlphabet[randomInt(keyAlphabet.length)]).join("");
}
