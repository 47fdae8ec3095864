import type { Project } from "../../../src/application/index.ts";
import { type Model, PermissionModel, QuerySet } from "../../../src/index.ts";
import { Event } from "./events.ts";
import { Tag } from "./tags.ts";
import { Word } from "./words.ts";

const users = [
  { username: "admin", is_staff: true, is_superuser: true },
  { username: "ada" },
  { username: "ben" },
  { username: "gone", is_active: false },
];

const words = [
  ["fond", "enamored", "averse", 2],
  ["wrath", "anger", "delight", 2],
  ["diligent", "employed", "idle", 2],
  ["outfit", "garb", null, 3],
  ["guide", "usher", "follow", 3],
] as const;

/** Fills an empty database with the rows that the scenarios start from. */
export async function seed({ application, auth, database, passwords, registry }: Project): Promise<void> {
  const { sharedWithDjango = false } = application.settings.database;
  for (const { username, ...standing } of users) {
    const password = await hashed(`${username}-pass-123`, sharedWithDjango, passwords);
    await auth.users.create({ username, email: `${username}@example.com`, password, ...standing });
  }
  const all = <M extends Model>(model: M): QuerySet<M> => QuerySet.of<M>(registry.meta(model), database);
  const rows = all(Word);
  const noon = Date.UTC(2024, 0, 1, 12);
  const dayMilliseconds = 86_400_000;
  await database.transaction(async () => {
    for (const name of ["noun", "verb", "adjective"]) await all(Tag).insert({ name });
    const addTag = await all(PermissionModel).filter({ codename: "add_tag" }).first();
    const join = registry.metas.find(({ model }) => model.name === "auth.UserPermission");
    if (!addTag || !join) throw new Error("The tables of permissions are not there.");
    await QuerySet.of(join, database).insert({ user: 3, permission: addTag.id } as never);
    for (let number = 0; number < 8; number += 1) {
      const starts_at = new Date(noon + number * dayMilliseconds).toISOString();
      await all(Event).insert({ title: `Event ${number}`, room: number % 2 ? "A" : "B", starts_at });
    }
    for (const [text, synonym, antonym, owner] of words) await rows.insert({ text, synonym, antonym, owner });
    for (let number = 1; number <= 20; number += 1) {
      const digits = String(number).padStart(2, "0");
      await rows.insert({ text: `word${digits}`, synonym: `same${digits}`, owner: 1 });
    }
  });
}

const hashes = new Map<string, Promise<string>>();

/** Tests seed many databases with the same users: each password is hashed once a process. */
function hashed(password: string, isShared: boolean, hasher: Project["passwords"]): Promise<string> {
  const key = `${isShared} ${password}`;
  const known = hashes.get(key) ?? hasher.hash(password);
  hashes.set(key, known);
  return known;
}
