import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  application,
  field,
  include,
  isOwnerOrReadOnly,
  model,
  modelSerializer,
  modelViewSet,
  path,
  readOnly,
  router,
  tokenObtainPair,
  userModel,
} from "../../src/index.ts";
import { makeMigrations } from "../../src/migrations/index.ts";
import { SchemaEditor } from "../../src/migrations/schema/schema-editor.ts";
import { createRegistry, djangoModels } from "../../src/models/index.ts";
import { ApiClient, throwaway } from "../../src/testing/index.ts";

const Account = userModel(
  "accounts.Account",
  { email: field.email({ unique: true }), nickname: field.char({ maxLength: 30, blank: true }) },
  { usernameField: "email" },
);
const Note = model("notes.Note", {
  text: field.char({ maxLength: 50 }),
  owner: field.foreignKey("user", { onDelete: "cascade" }),
});
const NoteSerializer = modelSerializer(Note, {
  fields: ["id", "text", "owner"],
  declared: { owner: readOnly({ source: "owner.email" }) },
});
const notes = modelViewSet(NoteSerializer, {
  permissions: [isOwnerOrReadOnly("owner")],
  performCreate: (serializer, { user }) => serializer.save({ owner: user.id }),
});
const app = application({
  settings: { user: Account },
  models: [Note],
  routes: [path("api/token/", tokenObtainPair()), include("", router({ notes }))],
});

test("a project with a user model of its own is migrated, logs in by e-mail, and its users own rows", async () => {
  const folder = mkdtempSync(join(tmpdir(), "drf-auth-accounts-"));
  try {
    const registry = createRegistry([...djangoModels(Account), Note], Account);
    const made = await makeMigrations({ registry, folder: join(folder, "migrations") });
    expect(made.map(({ appLabel, name }) => `${appLabel}.${name}`)).toEqual([
      "accounts.0001_initial",
      "notes.0001_initial",
    ]);
    expect(made[1]?.text).toContain('["accounts", "0001_initial"]');
    const source = new URL("../../src/migrations/index.ts", import.meta.url).href;
    for (const { path: file } of made)
      writeFileSync(file, readFileSync(file, "utf8").replace("drf-auth/migrations", source));
    expect(await makeMigrations({ registry, folder: join(folder, "migrations") })).toEqual([]);

    const opened = await throwaway(app, { folder });
    const client = await ApiClient.open(opened);
    try {
      const { auth, database, passwords } = opened.project;
      for (const email of ["ada@example.com", "ben@example.com"]) {
        await auth.users.create({
          email,
          password: await passwords.hash(`${email}-pass`),
          is_staff: true,
          is_superuser: true,
        });
      }
      const missing = await client.post("/api/token/", { username: "ada@example.com", password: "x" });
      expect([missing.status, missing.data]).toEqual([400, { email: ["This field is required."] }]);
      const tokenOf = async (email: string): Promise<string> => {
        const { data } = await client.post("/api/token/", { email, password: `${email}-pass` });
        return (data as { readonly access: string }).access;
      };
      client.credentials(await tokenOf("ada@example.com"));
      expect((await client.post("/notes/", { text: "mine" })).data).toEqual({
        id: 1,
        text: "mine",
        owner: "ada@example.com",
      });
      client.credentials(await tokenOf("ben@example.com"));
      expect((await client.send("/notes/1/", { method: "PATCH", json: { text: "his" } })).status).toBe(403);
      const editor = new SchemaEditor(database);
      for (const table of ["accounts_account", "accounts_account_groups", "accounts_account_user_permissions"]) {
        expect((await editor.columnsOf(table))?.has("id")).toBe(true);
      }
      expect(await editor.columnsOf("auth_user")).toBeUndefined();
    } finally {
      await client.close();
      await opened.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
