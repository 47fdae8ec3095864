import { describe, expect, test } from "vitest";
import { ImproperlyConfigured } from "../../../src/errors.ts";
import { createRegistry, field, model, User, userModel } from "../../../src/models/index.ts";

const email = field.email({ unique: true });

describe("User", () => {
  const meta = createRegistry([], User).user;

  test("has the table, the columns and the words of Django's own", () => {
    expect(meta).toMatchObject({ table: "auth_user", modelName: "user", verboseName: "user" });
    expect(meta.fields.map(({ column }) => column).toSorted()).toEqual(
      [
        "id",
        "password",
        "last_login",
        "is_superuser",
        "username",
        "last_name",
        "email",
        "is_staff",
        "is_active",
        "date_joined",
        "first_name",
      ].toSorted(),
    );
    expect(meta.fieldsByName.get("is_staff")?.verboseName).toBe("staff status");
  });

  test("is found by its username and asks for an email", () => {
    expect([User.usernameField, User.requiredFields]).toEqual(["username", ["email"]]);
  });
});

describe("userModel", () => {
  test("adds what every user has to your own fields", () => {
    const Account = userModel("accounts.Account", { email }, { usernameField: "email" });
    expect(Account.usernameField).toBe("email");
    expect(Account.requiredFields).toEqual([]);
    expect(
      createRegistry([], Account)
        .user.fields.map(({ name }) => name)
        .join(),
    ).toBe("id,password,last_login,is_superuser,email,is_staff,is_active,date_joined");
  });

  test("lets a field of your own win over one that every user has", () => {
    const password = field.char({ maxLength: 255 });
    const is_active = field.boolean({ default: false });
    const Account = userModel("accounts.Account", { email, is_active, password }, { usernameField: "email" });
    expect(Account.fields).toMatchObject({
      is_active: { options: { default: false } },
      password: { options: { maxLength: 255 } },
    });
    expect(createRegistry([], Account).user.fields).toHaveLength(8);
  });

  test("runs no getter", () => {
    const Team = model("accounts.Team", {});
    const Account = userModel(
      "accounts.Account",
      {
        email,
        get team() {
          return field.foreignKey(Team, { onDelete: "cascade" });
        },
      },
      { usernameField: "email" },
    );
    expect(Object.getOwnPropertyDescriptor(Account.fields, "team")?.get).toBeTypeOf("function");
    expect(createRegistry([Team], Account).user.fieldsByName.get("team")?.related?.model).toBe(Team);
  });

  test("refuses a username that is none of your fields, or that two users could share", () => {
    const options = { usernameField: "nick" } as never;
    expect(() => userModel("accounts.Account", { email }, options)).toThrow(ImproperlyConfigured);
    expect(() => userModel("accounts.Account", { email }, options)).toThrow(
      'usernameField "nick" is none of its fields',
    );
    expect(() =>
      userModel("accounts.Account", { nick: field.char({ maxLength: 9 }) }, { usernameField: "nick" }),
    ).toThrow("two users could have the same nick. Write unique: true.");
  });
});
