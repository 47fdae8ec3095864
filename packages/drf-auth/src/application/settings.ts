import { type AuthenticatorSetting, jwt, type TokenSettings } from "../auth/index.ts";
import { allowAny, type Permission } from "../policies/index.ts";
import { User, type UserModel } from "../models/index.ts";

export interface DatabaseSettings {
  /** How long a write waits for others before it is answered 503, in seconds. */
  readonly busySeconds: number;
  /** Whether a Django runs on this database too: passwords are then stored as Django stores them, none is rewritten. */
  readonly sharedWithDjango: boolean;
  /** How safely a commit reaches the disk (SQLite's synchronous). */
  readonly synchronous: "FULL" | "NORMAL" | "OFF";
  /** `sqlite:PATH`, relative to the application; DATABASE_URL stands before it. */
  readonly url: string;
}

export const databaseDefaults: DatabaseSettings = Object.freeze({
  busySeconds: 5,
  sharedWithDjango: false,
  synchronous: "FULL",
  url: "sqlite:db.sqlite3",
});

/** What holds for the whole application. */
export interface Settings {
  /** How requests may say who calls, in this order; the first decides between 401 and 403. */
  readonly authentication: readonly AuthenticatorSetting[];
  readonly database: Partial<DatabaseSettings>;
  /** How large a body may be, in bytes. */
  readonly maxBodyBytes: number;
  /** The folder of migrations, relative to the application. */
  readonly migrationsFolder: string;
  /** Who may call a view that says nothing of its own. */
  readonly permissions: readonly Permission[];
  readonly tokens: Partial<TokenSettings>;
  /** The model whose rows are users. */
  readonly user: UserModel;
}

export const settingsDefaults: Settings = Object.freeze({
  authentication: [jwt()],
  database: {},
  maxBodyBytes: 2_621_440,
  migrationsFolder: "migrations",
  permissions: [allowAny],
  tokens: {},
  user: User,
});
