import { DatabaseSync } from "node:sqlite";
import type { NewWord, User, Word, WordStore } from "./peer-store.ts";

const open = (path: string, pragma: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: 5000 });
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; ${pragma}`);
  return database;
};
const columns = `w.id, w.text, w.synonym, w.antonym, w.definition, u.username AS owner, w.created_at, w.updated_at`;
const from = `FROM words_word w JOIN auth_user u ON u.id = w.owner_id`;

const iso = (stored: string): string => `${stored.slice(0, 10)}T${stored.slice(11)}Z`;
const represent = (word: Word): Word => ({
  ...word,
  created_at: iso(word.created_at),
  updated_at: iso(word.updated_at),
});

/** Opens the file as drf-auth does: one connection that reads and one that writes. */
export function openStore(path: string): WordStore {
  const reader = open(path, "PRAGMA query_only = ON");
  const writer = open(path, "");

  const countWords = reader.prepare("SELECT count(*) AS count FROM words_word");
  const pageOfWords = reader.prepare(`SELECT ${columns} ${from} ORDER BY w.id LIMIT ? OFFSET ?`);
  const wordById = reader.prepare(`SELECT ${columns} ${from} WHERE w.id = ?`);
  const userById = reader.prepare(
    "SELECT id, username, email, first_name, last_name, is_active, is_staff, is_superuser, date_joined, last_login FROM auth_user WHERE id = ?",
  );
  const insertWord = writer.prepare(
    `INSERT INTO words_word (text, synonym, antonym, definition, owner_id, created_at, updated_at)
   VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
  );
  return {
    count: () => (countWords.get() as { count: number }).count,
    page: (limit, offset) => (pageOfWords.all(limit, offset) as unknown as Word[]).map(represent),
    word: (id) => {
      const word = wordById.get(id) as unknown as Word | undefined;
      return word && represent(word);
    },
    user: (id) => userById.get(id) as unknown as User | undefined,
    insert: ({ text, synonym, antonym, definition }: NewWord, user) => {
      const now = `${new Date().toISOString().slice(0, -1).replace("T", " ")}000`;
      try {
        const { id } = insertWord.get(text, synonym, antonym, definition, user.id, now, now) as { id: number };
        const times = { created_at: iso(now), updated_at: iso(now) };
        return { id, text, synonym, antonym, definition, owner: user.username, ...times };
      } catch (error) {
        if (/UNIQUE/.test((error as Error).message)) return undefined;
        throw error;
      }
    },
  };
}
