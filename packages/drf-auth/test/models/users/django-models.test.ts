import { describe, expect, test } from "vitest";
import { createRegistry, djangoModels, field, User, userModel } from "../../../src/models/index.ts";

describe("djangoModels", () => {
  test("are Django's tables, each after those that it refers to", () => {
    const { metas } = createRegistry(djangoModels(User), User);
    expect(metas.map(({ table }) => table).toSorted()).toEqual([
      "auth_group",
      "auth_group_permissions",
      "auth_permission",
      "auth_user",
      "auth_user_groups",
      "auth_user_user_permissions",
      "django_content_type",
      "django_session",
      "token_blacklist_blacklistedtoken",
      "token_blacklist_outstandingtoken",
    ]);
    const seen = new Set<unknown>([User]);
    for (const declared of djangoModels(User)) {
      const meta = metas.find(({ model }) => model === declared);
      for (const { related } of meta?.fields ?? []) expect(!related || seen.has(related.model)).toBe(true);
      seen.add(declared);
    }
  });

  test("join groups and permissions to a user model of one's own, under its names", () => {
    const email = field.email({ unique: true });
    const Account = userModel("accounts.MyAccount", { email }, { usernameField: "email" });
    const { metas } = createRegistry(djangoModels(Account), Account);
    const joins = metas.filter(({ model, appLabel }) => model.options.isJoin && appLabel === "accounts");
    expect(joins.map(({ table, fields }) => [table, ...fields.map(({ column }) => column)])).toEqual([
      ["accounts_myaccount_groups", "id", "myaccount_id", "group_id"],
      ["accounts_myaccount_user_permissions", "id", "myaccount_id", "permission_id"],
    ]);
    const outstanding = metas.find(({ objectName }) => objectName === "OutstandingToken");
    expect(outstanding?.fieldsByName.get("user")?.related?.model).toBe(Account);
    expect(metas.some(({ table }) => table === "auth_user")).toBe(false);
  });

  test("have the kinds of id that Django gives them", () => {
    const kinds = createRegistry(djangoModels(User), User).metas.map(({ table, primaryKey }) => [
      table,
      primaryKey.kind,
    ]);
    expect(Object.fromEntries(kinds)).toEqual({
      auth_group: "auto",
      auth_group_permissions: "bigAuto",
      auth_permission: "auto",
      auth_user: "auto",
      auth_user_groups: "bigAuto",
      auth_user_user_permissions: "bigAuto",
      django_content_type: "auto",
      django_session: "char",
      token_blacklist_blacklistedtoken: "bigAuto",
      token_blacklist_outstandingtoken: "bigAuto",
    });
  });
});
