import { Pool } from "pg";
import type { User, Word, WordStore } from "./peer-store.ts";

// Times in the text that is answered, by the database: the driver would make a Date of each, which has no microseconds.
const time = (column: string): string =>
  `to_char(w.${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS ${column}`;
const columns = `w.id::int, w.text, w.synonym, w.antonym, w.definition, u.username AS owner, ${time("created_at")}, ${time("updated_at")}`;
const from = "FROM words_word w JOIN auth_user u ON u.id = w.owner_id";

/** Opens the database with the driver that drf-auth has, a pool of the same size and statements prepared by name. */
export function openStore(url: string): WordStore {
  const pool = new Pool({ connectionString: url, max: 10 });
  const ask = async <Row>(name: string, text: string, values: readonly unknown[]): Promise<readonly Row[]> =>
    (await pool.query({ name, text, values: [...values] })).rows as Row[];
  return {
    count: async () =>
      (await ask<{ count: number }>("count", "SELECT count(*)::int AS count FROM words_word", []))[0]?.count ?? 0,
    page: (limit, offset) =>
      ask<Word>("page", `SELECT ${columns} ${from} ORDER BY w.id LIMIT $1 OFFSET $2`, [limit, offset]),
    word: async (id) => (await ask<Word>("word", `SELECT ${columns} ${from} WHERE w.id = $1`, [id]))[0],
    user: async (id) => {
      const text =
        "SELECT id, username, email, first_name, last_name, is_active, is_staff, is_superuser, date_joined, last_login FROM auth_user WHERE id = $1";
      return (await ask<User>("user", text, [id]))[0];
    },
    insert: async ({ text, synonym, antonym, definition }, user) => {
      const now = `${new Date().toISOString().slice(0, -1)}000Z`;
      const sql =
        "INSERT INTO words_word (text, synonym, antonym, definition, owner_id, created_at, updated_at) " +
        "VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING id::int";
      try {
        const [row] = await ask<{ id: number }>("insert", sql, [text, synonym, antonym, definition, user.id, now]);
        const times = { created_at: now, updated_at: now };
        return row && { id: row.id, text, synonym, antonym, definition, owner: user.username, ...times };
      } catch (error) {
        if ((error as { code?: string }).code === "23505") return undefined;
        throw error;
      }
    },
  };
}
