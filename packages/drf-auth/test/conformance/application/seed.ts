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
export async function seed({ auth, database, passwords, registry }: Project): Promise<void> {
  for (const { username, ...standing } of users) {
    const password = await passwords.hash(`${username}-pass-123`);
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
