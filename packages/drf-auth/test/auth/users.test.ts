import { expect, test } from "vitest";
import { application, field, userModel } from "../../src/index.ts";
import { statementsOf } from "../../src/testing/index.ts";
import { open, query } from "../fixtures/thesaurus.ts";

test.each([
  ["a number", 2, "ada"],
  ["text, as tokens hold it", "2", "ada"],
  ["nobody's", 99, undefined],
  ["a fraction", 2.5, undefined],
  ["a fraction as text", "2.0", undefined],
  ["text with more after it", "2 OR 1=1", undefined],
  ["beyond exact numbers", "9999999999999999", undefined],
  ["a list", [2], undefined],
  ["an object", { valueOf: () => 2 }, undefined],
  ["true", true, undefined],
  ["null", null, undefined],
  ["nothing", undefined, undefined],
])("an id that is %s finds whom it should, or nobody", async (_name, id, username) => {
  await using opened = await open();
  const user = await opened.project.auth.users.find(id);
  expect(user?.username).toBe(username);
});

test("a user is found with one statement that does not read the password", async () => {
  await using opened = await open();
  const statements = await statementsOf(async () => {
    const user = await opened.project.auth.users.find(2);
    expect(user).toMatchObject({
      id: 2,
      username: "ada",
      email: "ada@example.com",
      is_active: true,
      is_staff: false,
      isAuthenticated: true,
    });
    expect(Object.keys(user ?? {})).not.toContain("password");
  });
  expect(statements).toHaveLength(1);
  expect(statements[0]).not.toContain("password");
});

test("a username is found as it is written and no other way", async () => {
  await using opened = await open();
  const { users } = opened.project.auth;
  expect((await users.findWithPassword("ada"))?.encodedPassword).toMatch(/^argon2\$argon2id\$/);
  for (const other of ["Ada", "ada ", "ad%", "", "ada' --"])
    expect(await users.findWithPassword(other)).toBeUndefined();
});

test("a hash is replaced only while it is the one that was read", async () => {
  await using opened = await open();
  const { users } = opened.project.auth;
  const { encodedPassword = "" } = (await users.findWithPassword("ada")) ?? {};
  await users.update(2, { password: "changed meanwhile" });
  await users.replacePassword(2, encodedPassword, "an upgrade of the old one");
  expect(await query(opened, "SELECT password FROM auth_user WHERE id = 2")).toEqual([["changed meanwhile"]]);
  await users.replacePassword(2, "changed meanwhile", "an upgrade");
  expect(await query(opened, "SELECT password FROM auth_user WHERE id IN (2, 3) ORDER BY id")).toEqual([
    ["an upgrade"],
    [expect.stringMatching(/^argon2/)],
  ]);
});

test("a user model of one's own is called by the field that it logs in with, unless it has a username besides", async () => {
  const email = field.email({ unique: true });
  const Account = userModel("people.Account", { email }, { usernameField: "email" });
  const Member = userModel(
    "people.Member",
    { email, username: field.char({ maxLength: 20 }) },
    { usernameField: "email" },
  );
  for (const [user, username] of [
    [Account, "ada@example.com"],
    [Member, "Lovelace"],
  ] as const) {
    const app = application({ settings: { user }, models: [user], routes: [] });
    await using opened = await open(app, { isSeeded: false, hasNoMigrations: true });
    const { users } = opened.project.auth;
    const id = await users.create({ email: "ada@example.com", password: "x", ...(user === Member && { username }) });
    expect(await users.find(id)).toMatchObject({ email: "ada@example.com", username });
    expect((await users.findWithPassword("ada@example.com"))?.user.id).toBe(id);
  }
});
