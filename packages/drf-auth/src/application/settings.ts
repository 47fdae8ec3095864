import type { UploadSettings } from "../storage/index.ts";
import {
  type AuthenticatorSetting,
  type LoginSettings,
  type SessionSettings,
  type TokenSettings,
} from "../auth/index.ts";
import { allowAny, type Permission, type Throttle } from "../policies/index.ts";
import { User, type UserModel } from "../models/index.ts";
import { type Environment, listOf } from "../settings.ts";
import type { StaticSettings } from "../static/index.ts";
import type { ExceptionHandler, Versioning } from "../views/index.ts";

export interface DatabaseSettings {
  /** How long a write waits for others before it is answered 503, in seconds. */
  readonly busySeconds: number;
  /** Whether PostgreSQL keeps statements by name. Default: unless the address says `pgbouncer=true`. */
  readonly hasPreparedStatements: boolean | undefined;
  /** How many connections to PostgreSQL a worker holds at most. */
  readonly poolSize: number;
  /** Whether a Django runs on this database too: passwords are then stored as Django stores them, none is rewritten. */
  readonly sharedWithDjango: boolean;
  /** How long a statement may run in PostgreSQL, in seconds. */
  readonly statementSeconds: number;
  /** How safely a commit reaches the disk (SQLite's synchronous). */
  readonly synchronous: "FULL" | "NORMAL" | "OFF";
  /** `sqlite:PATH`, relative to the application, or `postgres://…`; DATABASE_URL stands before it. */
  readonly url: string;
}

export const databaseDefaults: DatabaseSettings = Object.freeze({
  busySeconds: 5,
  hasPreparedStatements: undefined,
  poolSize: 10,
  sharedWithDjango: false,
  statementSeconds: 30,
  synchronous: "FULL",
  url: "sqlite:db.sqlite3",
});

/** What holds for the whole application. */
export interface Settings {
  /** The names under which this server may be asked, as Django's ALLOWED_HOSTS; the variable of that name stands before. */
  readonly allowedHosts: readonly string[];
  /**
   * How requests may say who calls, in this order; the first decides between 401 and 403. Default: tokens and sessions,
   * and Basic in development alone.
   */
  readonly authentication: readonly AuthenticatorSetting[] | undefined;
  /** The other sites whose scripts may call, such as `https://app.example.com`. */
  readonly corsOrigins: readonly string[];
  /** Other sites whose forms count, such as `https://*.example.com`, as Django's CSRF_TRUSTED_ORIGINS. */
  readonly csrfTrustedOrigins: readonly string[];
  readonly database: Partial<DatabaseSettings>;
  /** Replaces the answer to an error, as DRF's EXCEPTION_HANDLER. */
  readonly exceptionHandler: ExceptionHandler | undefined;
  /** When failed logins delay the next ones. */
  readonly logins: Partial<LoginSettings>;
  /** How large a body may be, in bytes, files apart. */
  readonly maxBodyBytes: number;
  /** How large a form with files may be in all, in bytes; its other fields are held to `maxBodyBytes`. */
  readonly maxUploadBytes: number;
  /** The folder of migrations, relative to the application. */
  readonly migrationsFolder: string;
  /** Who may call a view that says nothing of its own. */
  readonly permissions: readonly Permission[];
  readonly sessions: Partial<SessionSettings>;
  /** Where static files come from and where they are served. */
  readonly static: Partial<StaticSettings>;
  /** How often a view that says nothing of its own may be asked, and by whom. */
  readonly throttles: readonly Throttle[];
  /**
   * Where throttles count: in the database, for all servers that share it, which is PostgreSQL's default; or in each
   * server, for its workers together, which is SQLite's.
   */
  readonly throttleCounts: "database" | "server" | undefined;
  /** What pages call the application. */
  readonly title: string;
  readonly tokens: Partial<TokenSettings>;
  /** The proxies whose forwarded headers count: addresses, ranges, `loopback` or `private`. */
  readonly trustedProxies: readonly string[];
  /** Where uploaded files are kept and served. */
  readonly uploads: Partial<UploadSettings>;
  /** The model whose rows are users. */
  readonly user: UserModel;
  /** How a request says which version of the API it asks for. Default: it does not. */
  readonly versioning: Versioning | undefined;
}

export const settingsDefaults: Settings = Object.freeze({
  allowedHosts: ["localhost", ".localhost", "127.0.0.1", "[::1]"],
  authentication: undefined,
  corsOrigins: [],
  csrfTrustedOrigins: [],
  database: {},
  exceptionHandler: undefined,
  logins: {},
  maxBodyBytes: 2_621_440,
  maxUploadBytes: 10_485_760,
  migrationsFolder: "migrations",
  permissions: [allowAny],
  sessions: {},
  static: {},
  throttles: [],
  throttleCounts: undefined,
  title: "drf-auth",
  tokens: {},
  trustedProxies: [],
  uploads: {},
  user: User,
  versioning: undefined,
});

/** The settings of an application where it runs: what the environment says stands before what the application says. */
export function settingsOf(settings: Settings, environment: Environment): Settings {
  return Object.freeze({
    ...settings,
    corsOrigins: listOf(environment, "CORS_ORIGINS", settings.corsOrigins),
    csrfTrustedOrigins: listOf(environment, "CSRF_TRUSTED_ORIGINS", settings.csrfTrustedOrigins),
    trustedProxies: listOf(environment, "TRUSTED_PROXIES", settings.trustedProxies),
    uploads: { ...settings.uploads, ...(environment["UPLOADS_FOLDER"] && { folder: environment["UPLOADS_FOLDER"] }) },
  });
}
