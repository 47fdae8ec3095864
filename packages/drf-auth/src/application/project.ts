import { readFileSync } from "node:fs";
import {
  AuthTokens,
  createJwt,
  createPasswordHasher,
  isAsymmetric,
  Credentials,
  Csrf,
  loadSecretKey,
  LoginThrottle,
  type PasswordHasher,
  refuseWeakKey,
  resolveLoginSettings,
  sessionDefaults,
  Sessions,
  type SecretKey,
  tokenDefaults,
  TokenRows,
  Tokens,
  Users,
} from "../auth/index.ts";
import { type Database, type DatabaseAddress, openDatabase, readDatabaseAddress } from "../database/index.ts";
import { allowedHostsFrom, type ClientOf, clientOf, type IsAllowedHost } from "../http/index.ts";
import type { AuthServices } from "../auth/index.ts";
import { AuthToken, createRegistry, djangoModels, type Model, type ModelRegistry, ownModels } from "../models/index.ts";
import { type Storage, storageOf } from "../storage/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { type Environment, resolveOptions } from "../settings.ts";
import type { Application } from "./application.ts";
import { type DatabaseSettings, databaseDefaults, type Settings, settingsOf } from "./settings.ts";

export interface ProjectOptions {
  readonly environment: Environment;
  /** The folder of the application's file: relative paths are relative to it. */
  readonly folder: string;
  /** Whether nothing is signed, so that no secret key is needed: the tables are only changed. */
  readonly signsNothing?: boolean;
  /** What stands before the application's own settings of the database: for tests. */
  readonly database?: Partial<DatabaseSettings>;
  /** Takes what the log should know and no client may. Default: it is not said. */
  readonly warn?: (facts: object, message: string) => void;
}

/** An application with what it runs on: its database open, its models resolved, its keys known. */
export interface Project {
  readonly application: Application;
  readonly auth: AuthServices;
  /** Tells who a request came from, by the proxies that are trusted. */
  readonly clientOf: ClientOf;
  readonly database: Database;
  readonly folder: string;
  /** Tells whether this server may be asked under a host. */
  readonly isAllowedHost: IsAllowedHost;
  /** Whether it runs for the person who writes it: what goes wrong is shown, Basic is on. */
  readonly isDevelopment: boolean;
  readonly passwords: PasswordHasher;
  readonly registry: ModelRegistry;
  readonly secretKey: SecretKey;
  /** The application's, where the environment says nothing else. */
  readonly settings: Settings;
  /** Keeps uploaded files. */
  readonly storage: Storage;
}

/**
 * Opens what an application runs on.
 *
 * @throws {ImproperlyConfigured} when a setting, a model, the database or the secret is not as it must be.
 */
export async function openProject(application: Application, options: ProjectOptions): Promise<Project> {
  const { environment, folder, warn = () => {} } = options;
  const settings = settingsOf(application.settings, environment);
  const { url, sharedWithDjango, hasPreparedStatements, ...given } = databaseSettings(settings, options);
  const address = addressAt(url, options);
  const models = [...djangoModels(settings.user), ...ownModels, ...application.models];
  const registry = createRegistry(models, settings.user, address.dialect);
  const tokens = resolveOptions("settings.tokens", tokenDefaults, settings.tokens);
  const isAllowedHost = allowedHostsFrom(environment, settings.allowedHosts);
  const logins = resolveLoginSettings(settings.logins);
  const secretKey = loadSecretKey({
    environment,
    folder,
    databasePath: address.path,
    signsNothing: options.signsNothing,
  });
  const signingKey =
    tokens.signingKey && isAsymmetric(tokens.algorithm)
      ? tokens.signingKey
      : tokens.signingKey
        ? refuseWeakKey(tokens.signingKey, "settings.tokens.signingKey")
        : refuseWeakKey(secretKey.value, "SECRET_KEY");
  const hasher = createPasswordHasher({ algorithm: sharedWithDjango ? "pbkdf2_sha256" : "argon2id" });
  const jwt = await createJwt(tokens, signingKey);
  const database = await openDatabase(address, {
    ...given,
    ...(hasPreparedStatements !== undefined && { hasPreparedStatements }),
    onSlowStatement: (event) => warn(event, "A statement was slow"),
    // Not the error itself: the driver may have put anything into it.
    onLostConnection: (error) => {
      const facts = {
        reason: error.message,
        ...("code" in error && { code: error.code }),
        database: database.location,
      };
      warn(facts, "A connection to the database was lost");
    },
    onNotice: (message) => warn({}, message),
  });
  const users = new Users(settings.user, registry.user, database);
  const throttle = new LoginThrottle({ settings: logins, secretKey: secretKey.value, registry, database, warn });
  const sessions = resolveOptions("settings.sessions", sessionDefaults, settings.sessions);
  const hasAuthTokens = application.models.includes(AuthToken as Model);
  const auth: AuthServices = {
    authTokens: hasAuthTokens ? new AuthTokens(registry.meta(AuthToken), database) : undefined,
    csrf: new Csrf(settings.csrfTrustedOrigins),
    sessions: new Sessions({ settings: sessions, secret: secretKey.value, users, registry, database }),
    credentials: new Credentials({ users, passwords: hasher, throttle, warn }),
    tokens: new Tokens({ settings: tokens, jwt, rows: new TokenRows(registry, database), users, database }),
    users,
  };
  return {
    application,
    auth,
    clientOf: clientOf(settings),
    database,
    folder,
    isAllowedHost,
    isDevelopment: environment["DRF_AUTH_MODE"] === "development",
    passwords: hasher,
    registry,
    secretKey,
    settings,
    storage: storageOf(settings.uploads, folder),
  };
}

/** Where the database of an application is, which need not be there yet. */
export function databaseAddressOf(application: Application, options: ProjectOptions): DatabaseAddress {
  return addressAt(databaseSettings(application.settings, options).url, options);
}

function addressAt(url: string, { environment, folder }: ProjectOptions): DatabaseAddress {
  return readDatabaseAddress(url, folder, withPasswordOfFile(environment));
}

/** The password in a file, as a secret of a container comes, stands before libpq's variable. */
function withPasswordOfFile(environment: Environment): Environment {
  const { DATABASE_PASSWORD_FILE: path } = environment;
  if (!path) return environment;
  try {
    // The line end alone: a password may begin and end with whatever it likes.
    return { ...environment, PGPASSWORD: readFileSync(path, "utf8").replace(/\r?\n$/, "") };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ImproperlyConfigured(`DATABASE_PASSWORD_FILE cannot be read: ${why}.`, { cause: error });
  }
}

function databaseSettings(settings: Settings, { environment, database }: ProjectOptions): Readonly<DatabaseSettings> {
  const given = resolveOptions("settings.database", databaseDefaults, { ...settings.database, ...database });
  return { ...given, url: environment["DATABASE_URL"] || given.url };
}
