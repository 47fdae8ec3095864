import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import type { Environment } from "../settings.ts";

/** The least length of a key that signs, in bytes: as long as the digest of HS256 (RFC 7518 §3.2). */
export const minKeyBytes = 32;

/** The file in which a key is kept that was made here. */
export const secretKeyFilename = ".secret-key";

/** Keys that stand in documentation: whoever copies one has a secret that everyone knows. */
const documentedKeys: ReadonlySet<string> = new Set([
  "change-me",
  "changeme-changeme-changeme-changeme",
  "replace-me-with-the-output-of-npx-drf-auth-secret",
  "your-secret-key-your-secret-key-your-secret-key",
]);

export interface SecretKey {
  readonly value: string;
  /** What to say at start when the key was made now: where it is kept. */
  readonly madeAt?: string;
}

export interface SecretKeyOptions {
  readonly environment: Environment;
  /** The folder that relative paths are relative to: the application's. */
  readonly folder: string;
  /** The SQLite database beside which a key may be made; undefined when the database is elsewhere. */
  readonly databasePath: string | undefined;
  /** Whether nothing is signed: where no key is given and none can be kept, any will do. */
  readonly signsNothing?: boolean | undefined;
}

/** A new key: 48 random bytes as 64 characters. */
export function makeSecretKey(): string {
  return randomBytes(48).toString("base64url");
}

/**
 * Finds the secret: SECRET_KEY, or the file that SECRET_KEY_FILE names, or the one beside the SQLite database, which is
 * made with mode 0600 where there is none.
 *
 * @throws {ImproperlyConfigured} when there is none and none can be made, or when it is no secret.
 */
export function loadSecretKey({ environment, folder, databasePath, signsNothing }: SecretKeyOptions): SecretKey {
  const given = environment["SECRET_KEY"];
  if (given !== undefined && given !== "") return { value: refuseKnown(given, "SECRET_KEY") };
  const file = environment["SECRET_KEY_FILE"];
  if (file !== undefined && file !== "") return { value: refuseKnown(read(resolve(folder, file)), "SECRET_KEY_FILE") };
  if (databasePath === undefined && signsNothing) return { value: makeSecretKey() };
  if (databasePath === undefined) throw new ImproperlyConfigured(`There is no secret key. ${howToMakeOne}`);
  return keptBeside(databasePath);
}

/** Refuses a key that is too short to sign with, or that everyone knows. */
export function refuseWeakKey(key: string, where: string): string {
  refuseKnown(key, where);
  const bytes = Buffer.byteLength(key);
  if (bytes >= minKeyBytes) return key;
  throw new ImproperlyConfigured(
    `${where} has ${bytes} bytes; a key that signs has at least ${minKeyBytes}. Set a longer one` +
      (where === "SECRET_KEY" ? ", or sign tokens with a key of their own (settings.tokens.signingKey)." : ".") +
      ` ${howToMakeOne}`,
  );
}

const howToMakeOne =
  'Make one and set it, for example: export SECRET_KEY="$(npx drf-auth secret)"; or keep it in a file and set ' +
  "SECRET_KEY_FILE. Every process that serves this application needs the same one.";

function refuseKnown(key: string, where: string): string {
  if (documentedKeys.has(key)) {
    throw new ImproperlyConfigured(`${where} is a key from the documentation, which everyone knows. ${howToMakeOne}`);
  }
  if (key.startsWith("django-insecure-")) {
    throw new ImproperlyConfigured(
      `${where} begins with "django-insecure-": Django made it for development alone. ${howToMakeOne}`,
    );
  }
  return key;
}

function read(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new ImproperlyConfigured(`The secret key file ${path} cannot be read: ${reason(error)}.`, { cause: error });
  }
  if (text === "") throw new ImproperlyConfigured(`The secret key file ${path} is empty. ${howToMakeOne}`);
  return text;
}

function keptBeside(databasePath: string): SecretKey {
  const path = join(dirname(databasePath), secretKeyFilename);
  const unfinished = `${path}-${randomBytes(6).toString("hex")}`;
  try {
    if (existsSync(path)) return { value: refuseKnown(read(path), path) };
    mkdirSync(dirname(path), { recursive: true });
    const value = makeSecretKey();
    writeFileSync(unfinished, `${value}\n`, { flag: "wx", mode: 0o600 });
    chmodSync(unfinished, 0o600);
    // A link appears whole or not at all: of two processes that start at once one makes the key and the other reads it.
    linkSync(unfinished, path);
    return { value, madeAt: path };
  } catch (error) {
    if (error instanceof ImproperlyConfigured) throw error;
    if (existsSync(path)) return { value: refuseKnown(read(path), path) };
    throw new ImproperlyConfigured(
      `There is no secret key, and none can be kept at ${path}: ${reason(error)}. ${howToMakeOne}`,
      { cause: error },
    );
  } finally {
    if (existsSync(unfinished)) rmSync(unfinished);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
