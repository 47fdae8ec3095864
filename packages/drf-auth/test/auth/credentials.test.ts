import { createHook } from "node:async_hooks";
import { expect, test } from "vitest";
import { createPasswordHasher, Credentials, type PasswordHasher } from "../../src/auth/index.ts";
import { open, type Opened, query, thesaurus } from "../fixtures/thesaurus.ts";

/** How many hashes of passwords ran meanwhile: each is one job of node:crypto's. */
async function hashesOf(work: () => Promise<unknown>): Promise<number> {
  let hashes = 0;
  const hook = createHook({
    init: (_id, type) => void (hashes += /^(?:ARGON2|PBKDF2|SCRYPT)REQUEST$/.test(type) ? 1 : 0),
  });
  hook.enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return hashes;
}

async function stored(opened: Opened, username: string): Promise<string> {
  const [[password] = []] = await query(opened, "SELECT password FROM auth_user WHERE username = ?", [username]);
  return String(password);
}

test("the right password finds its user, and whatever is wrong finds nobody at the cost of one hash", async () => {
  await using opened = await open();
  const { credentials } = opened.project.auth;
  expect((await credentials.check("ada", "ada-pass-123"))?.username).toBe("ada");
  const table = [
    ["ada", "wrong"],
    ["ada", "ada-pass-123 "],
    ["nobody", "ada-pass-123"],
    ["", "ada-pass-123"],
    ["gone", "gone-pass-123"],
    ["gone", "wrong"],
  ] as const;
  for (const [username, password] of table) {
    const hashes = await hashesOf(async () => {
      expect(await credentials.check(username, password)).toBeUndefined();
    });
    expect(hashes).toBe(1);
  }
});

test("an empty password costs no hash, whether there is such a user or not", async () => {
  await using opened = await open();
  for (const username of ["ada", "nobody"]) {
    const hashes = await hashesOf(async () => {
      expect(await opened.project.auth.credentials.check(username, "")).toBeUndefined();
    });
    expect(hashes).toBe(0);
  }
});

test("an unknown name, a wrong password and an inactive user are answered alike", async () => {
  await using opened = await open();
  const answers = await Promise.all(
    [
      ["ada", "wrong"],
      ["nobody", "wrong"],
      ["gone", "gone-pass-123"],
    ].map(([username, password]) => opened.client.post("/api/token/", { username, password })),
  );
  for (const { status, data, headers } of answers) {
    expect([status, data]).toEqual([401, { detail: "No active account found with the given credentials" }]);
    expect(headers.get("www-authenticate")).toBe('Bearer realm="api"');
  }
});

test("an older hash is written anew at a login that succeeds, and at no other", async () => {
  await using opened = await open();
  const older = await createPasswordHasher({ algorithm: "pbkdf2_sha256" }).hash("ada-pass-123");
  await query(opened, "UPDATE auth_user SET password = ?", [older]);
  for (const [username, password] of [
    ["ada", "wrong"],
    ["gone", "ada-pass-123"],
  ] as const) {
    await opened.project.auth.credentials.check(username, password);
    expect(await stored(opened, username)).toBe(older);
  }
  expect(await opened.project.auth.credentials.check("ada", "ada-pass-123")).toBeDefined();
  const anew = await stored(opened, "ada");
  expect(anew).toMatch(/^argon2\$argon2id\$/);
  expect(await stored(opened, "ben")).toBe(older);
  expect(await opened.project.auth.credentials.check("ada", "ada-pass-123")).toBeDefined();
  expect(await stored(opened, "ada")).toBe(anew);
});

test("no hash is rewritten in a database that Django uses too", async () => {
  await using opened = await open(thesaurus({ database: { sharedWithDjango: true } }));
  for (const older of [
    await createPasswordHasher({ algorithm: "argon2id" }).hash("ada-pass-123"),
    await createPasswordHasher({ algorithm: "pbkdf2_sha256" }).hash("ada-pass-123"),
  ]) {
    await query(opened, "UPDATE auth_user SET password = ?", [older]);
    expect(await opened.project.auth.credentials.check("ada", "ada-pass-123")).toBeDefined();
    expect(await stored(opened, "ada")).toBe(older);
  }
});

test("a password that was changed while an older hash is upgraded stays changed", async () => {
  await using opened = await open();
  const { auth, passwords: hasher } = opened.project;
  await query(opened, "UPDATE auth_user SET password = 'older'");
  const changing: PasswordHasher = {
    ...hasher,
    verify: async () => ({ isValid: true, mustUpgrade: true }),
    hash: async () => {
      await query(opened, "UPDATE auth_user SET password = 'changed'");
      return "upgraded";
    },
  };
  expect(await new Credentials(auth.users, changing, () => {}).check("ada", "ada-pass-123")).toBeDefined();
  expect(await stored(opened, "ada")).toBe("changed");
});
