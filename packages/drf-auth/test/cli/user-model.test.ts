import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { root } from "../processes/running.ts";
import { command, type Ran } from "./command-line.ts";

/** In the repository, so that `drf-auth` is found as it is in a project. */
const folder = mkdtempSync(join(root, ".user-model-"));
afterAll(() => rmSync(folder, { recursive: true }));

const environment = {
  DATABASE_URL: "sqlite:db.sqlite3",
  SECRET_KEY: "k".repeat(32),
  DRF_AUTH_SUPERUSER_EMAIL: "ada@example.com",
  DRF_AUTH_SUPERUSER_PASSWORD: "correct-horse-battery",
  DRF_AUTH_PASSWORD: "another-horse-battery",
};
let project: string;

beforeEach(() => {
  project = mkdtempSync(join(folder, "project-"));
});
afterEach(() => rmSync(project, { recursive: true }));

/** Writes an application with a user model of its own, and migrates it. */
async function migrated(fields: string, options = ""): Promise<(...words: readonly string[]) => Promise<Ran>> {
  writeFileSync(
    join(project, "app.ts"),
    `import { randomUUID } from "node:crypto";
import { application, field, userModel } from "drf-auth";

const key = () => randomUUID();
const Account = userModel("people.Account", { ${fields} }, { usernameField: "email"${options} });
export default application({ settings: { user: Account }, models: [], routes: [] });
`,
  );
  const run = (...words: readonly string[]): Promise<Ran> =>
    command([...words, "--app", join(project, "app.ts")], environment, project);
  for (const words of [["makemigrations"], ["migrate"]])
    expect(await run(...words)).toMatchObject({ code: 0, complained: "" });
  return run;
}

function rows(): readonly Readonly<Record<string, unknown>>[] {
  const database = new DatabaseSync(join(project, "db.sqlite3"), { readOnly: true });
  try {
    return database.prepare("SELECT * FROM people_account").all();
  } finally {
    database.close();
  }
}

test("who is made of a model without rights is called a user, with what is asked for besides", async () => {
  const run = await migrated(
    "email: field.email({ unique: true }), date_of_birth: field.date(), is_admin: field.boolean({ default: false })",
    ', requiredFields: ["date_of_birth", "is_admin"], hasPermissions: false, hasStanding: false',
  );
  Object.assign(environment, {
    DRF_AUTH_SUPERUSER_DATE_OF_BIRTH: "1815-12-10",
    DRF_AUTH_SUPERUSER_IS_ADMIN: "true",
  });
  const made = await run("createsuperuser", "--no-input");
  expect(made).toMatchObject({ code: 0, complained: "" });
  expect(made.said).toContain('User "ada@example.com" was made in');
  expect(made.said).toContain("the user model has neither is_superuser nor is_staff.");
  expect(rows()).toEqual([
    {
      id: 1,
      password: expect.stringMatching(/^argon2/) as string,
      last_login: null,
      email: "ada@example.com",
      date_of_birth: "1815-12-10",
      is_admin: 1,
    },
  ]);
});

test.each([
  ["a UUID", "id: field.uuid({ primaryKey: true, default: key }), email: field.email({ unique: true })", "id"],
  ["the name to log in with", "email: field.email({ primaryKey: true })", "email"],
])("superusers whose key is %s are made, and given another password", async (_what, fields, key) => {
  const run = await migrated(fields);
  expect(await run("createsuperuser", "--no-input")).toMatchObject({ code: 0, complained: "" });
  const [before] = rows();
  expect(before).toMatchObject({ email: "ada@example.com", is_superuser: 1, is_staff: 1 });
  expect(await run("changepassword", "ada@example.com", "--no-input")).toMatchObject({ code: 0, complained: "" });
  const [after, ...others] = rows();
  expect(others).toEqual([]);
  expect(after?.[key]).toBe(before?.[key]);
  expect(after?.["password"]).not.toBe(before?.["password"]);
});
