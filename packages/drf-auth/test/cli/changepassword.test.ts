import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createPasswordHasher } from "../../src/auth/index.ts";
import { scratchFolder } from "../processes/running.ts";
import { command as inProcess } from "./command-line.ts";

const scratch = scratchFolder();
const database = join(scratch.path, "db.sqlite3");

const command = (words: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  inProcess(words, { DATABASE_URL: `sqlite:${database}`, SECRET_KEY: "k".repeat(32), ...environment });

function storedPassword(): string {
  const driver = new DatabaseSync(database, { readOnly: true });
  try {
    return String(driver.prepare("SELECT password FROM auth_user WHERE username = 'ada'").get()?.["password"]);
  } finally {
    driver.close();
  }
}

beforeAll(async () => {
  await command(["migrate"]);
  await command(["createsuperuser", "--no-input"], {
    DRF_AUTH_SUPERUSER_USERNAME: "ada",
    DRF_AUTH_SUPERUSER_EMAIL: "ada@example.com",
    DRF_AUTH_SUPERUSER_PASSWORD: "correct-horse-battery",
  });
});
afterAll(() => scratch.remove());

it("stores the new password as the project stores passwords, and does not repeat it", async () => {
  const before = storedPassword();
  const changed = await command(["changepassword", "ada", "--no-input"], { DRF_AUTH_PASSWORD: "another-horse" });
  expect(changed).toEqual({
    code: 0,
    said: `The password of "ada" was changed in ${database}.`,
    complained: "",
  });
  const after = storedPassword();
  expect(after).not.toBe(before);
  expect(after).toMatch(/^argon2\$argon2id\$/);
  expect(await createPasswordHasher().verify("another-horse", after)).toMatchObject({ isValid: true });
});

it.each([
  {
    what: "a user that is not there",
    words: ["changepassword", "nobody", "--no-input"],
    environment: { DRF_AUTH_PASSWORD: "another-horse" },
    code: 1,
    says: 'There is no user "nobody"',
  },
  {
    what: "an empty password",
    words: ["changepassword", "ada", "--no-input"],
    environment: { DRF_AUTH_PASSWORD: "" },
    code: 78,
    says: "changepassword --no-input needs DRF_AUTH_PASSWORD.",
  },
  {
    what: "a password that is too long",
    words: ["changepassword", "ada", "--no-input"],
    environment: { DRF_AUTH_PASSWORD: "x".repeat(4097) },
    code: 1,
    says: "password: ",
  },
  {
    what: "asking where nobody can be asked",
    words: ["changepassword", "ada"],
    environment: {},
    code: 78,
    says: "Use --no-input with DRF_AUTH_PASSWORD.",
  },
  { what: "no name", words: ["changepassword", "--no-input"], environment: {}, code: 2, says: "username" },
  {
    what: "a database without tables",
    words: ["changepassword", "ada", "--no-input"],
    environment: { DATABASE_URL: `sqlite:${join(scratch.path, "empty.sqlite3")}`, DRF_AUTH_PASSWORD: "another-horse" },
    code: 1,
    says: "Run npx drf-auth migrate first.",
  },
])("refuses $what, says why, and changes nothing", async ({ words, environment, code, says }) => {
  const before = storedPassword();
  const refused = await command(words, environment as Readonly<Record<string, string>>);
  expect(refused).toMatchObject({ code, said: "" });
  expect(refused.complained).toContain(says);
  expect(refused.complained).not.toContain("another-horse");
  expect(storedPassword()).toBe(before);
});
