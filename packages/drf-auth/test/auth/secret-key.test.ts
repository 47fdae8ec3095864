import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openProject } from "../../src/application/index.ts";
import { loadSecretKey, makeSecretKey, refuseWeakKey, type SecretKeyOptions } from "../../src/auth/secret-key.ts";
import { ImproperlyConfigured } from "../../src/errors.ts";
import { thesaurus } from "../fixtures/thesaurus.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drf-auth-secret-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(
  environment: Readonly<Record<string, string>>,
  databasePath: string | undefined = join(folder, "db.sqlite3"),
) {
  return loadSecretKey({ environment, folder, databasePath } satisfies SecretKeyOptions);
}

/** The message of the refusal; fails where nothing is refused. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ImproperlyConfigured) return error.message;
    throw error;
  }
  throw new Error("Nothing was refused.");
}

const key = "a-key-of-a-test-that-is-long-enough-to-sign-with";

test("a key that is made has 64 characters and is never the same", () => {
  const keys = Array.from({ length: 50 }, makeSecretKey);
  expect(new Set(keys).size).toBe(50);
  expect(keys.every((one) => /^[\w-]{64}$/.test(one))).toBe(true);
});

test("SECRET_KEY is taken before the file, and the file before the one beside the database", () => {
  writeFileSync(join(folder, "key"), `${key}-from-file\n`);
  expect(load({ SECRET_KEY: key, SECRET_KEY_FILE: "key" })).toEqual({ value: key });
  expect(load({ SECRET_KEY: "", SECRET_KEY_FILE: "key" })).toEqual({ value: `${key}-from-file` });
  expect(readdirSync(folder)).toEqual(["key"]);
});

test("a key that is made is kept beside the database for its owner alone, and read again the second time", () => {
  const made = load({});
  const path = join(folder, ".secret-key");
  expect(made.madeAt).toBe(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, "utf8").trim()).toBe(made.value);
  expect(load({ SECRET_KEY_FILE: "" })).toEqual({ value: made.value });
  expect(readdirSync(folder)).toEqual([".secret-key"]);
});

test("the folder of the database is made for the key as it is for the database", () => {
  const made = load({}, join(folder, "data", "deep", "db.sqlite3"));
  expect(made.madeAt).toBe(join(folder, "data", "deep", ".secret-key"));
});

test("processes that start at once share one key", async () => {
  const script = `
    const { loadSecretKey } = await import(process.argv[1]);
    while (Date.now() < Number(process.argv[3]));
    for (let round = 0; round < 40; round += 1) {
      const { value } = loadSecretKey({ environment: {}, folder: "/", databasePath: process.argv[2] + "/" + round + "/db.sqlite3" });
      process.stdout.write(value + "\\n");
    }`;
  const source = new URL("../../src/auth/secret-key.ts", import.meta.url).href;
  const run = () =>
    promisify(execFile)(process.execPath, [
      "--input-type=module",
      "-e",
      script,
      source,
      folder,
      String(Date.now() + 700),
    ]);
  const [first, ...others] = await Promise.all([run(), run(), run()]);
  expect(first?.stdout.trim().split("\n")).toHaveLength(40);
  for (const other of others) expect(other.stdout).toBe(first?.stdout);
});

test.each([
  ["an empty file", () => writeFileSync(join(folder, "key"), " \n"), { SECRET_KEY_FILE: "key" }, /is empty/],
  ["a file that is not there", () => {}, { SECRET_KEY_FILE: "key" }, /cannot be read/],
  ["a folder in place of a file", () => mkdirSync(join(folder, "key")), { SECRET_KEY_FILE: "key" }, /cannot be read/],
  ["an empty file beside the database", () => writeFileSync(join(folder, ".secret-key"), ""), {}, /is empty/],
  ["a key of Django's startproject", () => {}, { SECRET_KEY: `django-insecure-${key}` }, /"django-insecure-"/],
  [
    "such a key in a file",
    () => writeFileSync(join(folder, "key"), `django-insecure-${key}`),
    { SECRET_KEY_FILE: "key" },
    /SECRET_KEY_FILE begins/,
  ],
  [
    "a key from documentation",
    () => {},
    { SECRET_KEY: "changeme-changeme-changeme-changeme" },
    /from the documentation/,
  ],
])("%s is refused, and the message says how to make a key and holds none", (_name, arrange, environment, message) => {
  arrange();
  const said = refusal(() => load(environment as Readonly<Record<string, string>>));
  expect(said).toMatch(message);
  expect(said).not.toContain(key);
  expect(said).not.toContain("changeme");
});

test("without a place to keep a key none is made", () => {
  expect(refusal(() => loadSecretKey({ environment: {}, folder, databasePath: undefined }))).toMatch(
    /no secret key.*npx drf-auth secret/s,
  );
  writeFileSync(join(folder, "file"), "");
  expect(refusal(() => load({}, join(folder, "file", "db.sqlite3")))).toMatch(/none can be kept at .*\.secret-key/);
});

test("a key that signs has at least 32 bytes, counted as bytes", () => {
  expect(refuseWeakKey("x".repeat(32), "SECRET_KEY")).toHaveLength(32);
  expect(refuseWeakKey("é".repeat(16), "SECRET_KEY")).toHaveLength(16);
  expect(refusal(() => refuseWeakKey("x".repeat(31), "SECRET_KEY"))).toMatch(/SECRET_KEY has 31 bytes.*signingKey/);
});

test("a short SECRET_KEY is refused at start unless tokens are signed with a key of their own", async () => {
  const environment = { SECRET_KEY: "short-and-secret", DATABASE_URL: "sqlite:db.sqlite3" };
  const refused: unknown = await openProject(thesaurus(), { environment, folder }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ImproperlyConfigured);
  expect(String(refused)).not.toContain("short-and-secret");
  expect(existsSync(join(folder, "db.sqlite3"))).toBe(false);

  const shortSigningKey = thesaurus({ tokens: { signingKey: "also-short" } });
  await expect(
    openProject(shortSigningKey, { environment: { ...environment, SECRET_KEY: key }, folder }),
  ).rejects.toThrow(/settings\.tokens\.signingKey has 10 bytes/);

  const project = await openProject(thesaurus({ tokens: { signingKey: key } }), { environment, folder });
  expect(project.secretKey.value).toBe("short-and-secret");
  await project.database.close();
});

test("every key that the documentation writes out is refused", () => {
  const root = fileURLToPath(new URL("../../../../", import.meta.url));
  const documents = [
    "README.md",
    ...(existsSync(join(root, "docs")) ? readdirSync(join(root, "docs"), { recursive: true }) : []),
  ]
    .map(String)
    .filter((name) => name.endsWith(".md"))
    .map((name) => [join(root, name), join(root, "docs", name)].find((path) => existsSync(path)));
  const texts = documents.flatMap((path) => (path === undefined ? [] : [readFileSync(path, "utf8")]));
  const keys = texts.flatMap((text) =>
    [...text.matchAll(/\bSECRET_KEY=["']?([^\s"'`)]+)/g)].map(([, value]) => value ?? ""),
  );
  // `$(npx drf-auth secret)`, `${SECRET_KEY}`, `…` and `<key>` are no keys.
  for (const literal of keys.filter((one) => /^[\w-]+$/.test(one))) {
    expect(() => refuseWeakKey(load({ SECRET_KEY: literal }).value, "SECRET_KEY")).toThrow(ImproperlyConfigured);
  }
});
