import { describe, expect, test } from "vitest";
import { ImproperlyConfigured } from "../../../src/errors.ts";
import { createRegistry, djangoModels, field, model, User, userModel } from "../../../src/models/index.ts";

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

  test.each([
    ["id,password,last_login,is_superuser,email,is_staff,is_active,date_joined", {}],
    ["id,password,last_login,is_superuser,email", { hasStanding: false }],
    ["id,password,last_login,email,is_staff,is_active,date_joined", { hasPermissions: false }],
    ["id,password,last_login,email", { hasPermissions: false, hasStanding: false }],
  ])("has %s with %j", (names, options) => {
    const Account = userModel("accounts.Account", { email }, { usernameField: "email", ...options });
    const { user, metas } = createRegistry(djangoModels(Account), Account);
    expect(user.fields.map(({ name }) => name).join()).toBe(names);
    const joins = metas.filter(({ model: { options: own }, appLabel }) => own.isJoin && appLabel === "accounts");
    expect(joins).toHaveLength("hasPermissions" in options ? 0 : 2);
  });

  test("has the options of every model, and its joining tables are named after its own", () => {
    const Account = userModel(
      "accounts.Account",
      { email, country: field.char({ maxLength: 2 }), number: field.integer() },
      {
        usernameField: "email",
        idKind: "auto",
        table: "people",
        ordering: ["-date_joined", "email"],
        uniqueTogether: [["country", "number"]],
        indexes: [{ fields: ["country", "-last_login"], name: "people_late" }],
        constraints: [{ name: "people_positive", check: { number__gt: 0 } }],
        display: "email",
        verboseName: "person",
      },
    );
    const { user, metas } = createRegistry(djangoModels(Account), Account);
    expect(user).toMatchObject({ table: "people", verboseName: "person", primaryKey: { kind: "auto" } });
    expect(user.ordering.map(({ field: { name }, isDescending }) => [name, isDescending])).toEqual([
      ["date_joined", true],
      ["email", false],
    ]);
    expect(user.uniqueTogether.map((fields) => fields.map(({ name }) => name))).toEqual([["country", "number"]]);
    expect([user.indexes[0]?.name, user.constraints[0]?.name]).toEqual(["people_late", "people_positive"]);
    expect(metas.filter(({ table }) => table.startsWith("people_")).map(({ table }) => table)).toEqual([
      "people_groups",
      "people_user_permissions",
    ]);
  });

  test("takes a username that a constraint makes the user's alone", () => {
    const name = field.char({ maxLength: 9 });
    const by = (constraint: object) => () =>
      userModel("accounts.Account", { name }, { usernameField: "name", constraints: [constraint as never] });
    expect(by({ name: "one", unique: ["name"] })).not.toThrow();
    expect(by({ name: "one", unique: ["name"], where: { is_active: true } })).toThrow("two users could have");
    expect(by({ name: "one", unique: ["name", "is_active"] })).toThrow("two users could have");
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
