import type { Project } from "../../../src/application/index.ts";
import { QuerySet } from "../../../src/models/index.ts";
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
  const rows = QuerySet.of(registry.meta(Word), database) as QuerySet<typeof Word>;
  await database.transaction(async () => {
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
