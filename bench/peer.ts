// The same four routes written by hand, as a careful engineer would on Fastify, node:sqlite and jose: prepared
// statements, the token verified and the user loaded on each request, input checked, errors told.
import { DatabaseSync } from "node:sqlite";
import Fastify, { type FastifyRequest, LogController } from "fastify";
import { jwtVerify } from "jose";

const [databasePath = "", secret = "", port = "0"] = process.argv.slice(2);

const open = (pragma: string): DatabaseSync => {
  const database = new DatabaseSync(databasePath, { timeout: 5000 });
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL; ${pragma}`);
  return database;
};
const reader = open("PRAGMA query_only = ON");
const writer = open("");

const columns = `w.id, w.text, w.synonym, w.antonym, w.definition, u.username AS owner, w.created_at, w.updated_at`;
const from = `FROM words_word w JOIN auth_user u ON u.id = w.owner_id`;
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

interface User {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly is_active: number;
}

interface Word {
  readonly created_at: string;
  readonly updated_at: string;
}

const key = await crypto.subtle.importKey(
  "raw",
  new TextEncoder().encode(secret),
  { name: "HMAC", hash: "SHA-256" },
  false,
  ["verify"],
);

const iso = (stored: string): string => `${stored.slice(0, 10)}T${stored.slice(11)}Z`;
const represent = (word: Word) => ({ ...word, created_at: iso(word.created_at), updated_at: iso(word.updated_at) });

async function authenticate(request: FastifyRequest): Promise<User | undefined> {
  const header = request.headers.authorization;
  if (!header?.startsWith("Bearer ")) return undefined;
  const { payload } = await jwtVerify(header.slice(7), key, { algorithms: ["HS256"], requiredClaims: ["exp"] });
  if (payload["token_type"] !== "access") throw new Error("wrong type");
  const user = userById.get(Number(payload["user_id"])) as unknown as User | undefined;
  if (!user?.is_active) throw new Error("no such user");
  return user;
}

const app = Fastify({
  logger: { level: "warn", stream: process.stderr },
  logController: new LogController({ disableRequestLogging: true }),
});

app.get<{ Querystring: { page?: string } }>("/api/v1/words/", async (request, reply) => {
  await authenticate(request);
  const page = Number(request.query.page ?? 1);
  const { count } = countWords.get() as { count: number };
  const last = Math.max(1, Math.ceil(count / 10));
  if (!(page >= 1 && page <= last)) return reply.code(404).send({ detail: "Invalid page." });
  const link = (number: number) =>
    `http://${request.headers.host}/api/v1/words/${number === 1 ? "" : `?page=${number}`}`;
  return {
    count,
    next: page < last ? link(page + 1) : null,
    previous: page > 1 ? link(page - 1) : null,
    results: (pageOfWords.all(10, (page - 1) * 10) as unknown as Word[]).map(represent),
  };
});

app.get<{ Params: { id: string } }>("/api/v1/words/:id/", async (request, reply) => {
  await authenticate(request);
  const word = wordById.get(Number(request.params.id)) as unknown as Word | undefined;
  return word ? represent(word) : reply.code(404).send({ detail: "No Word matches the given query." });
});

app.get("/api/v1/me/", async (request, reply) => {
  const user = await authenticate(request);
  if (!user) return reply.code(401).send({ detail: "Authentication credentials were not provided." });
  return { id: user.id, username: user.username, email: user.email };
});

app.post<{ Body: { text?: unknown; synonym?: unknown; antonym?: unknown; definition?: unknown } }>(
  "/api/v1/words/",
  async (request, reply) => {
    const user = await authenticate(request);
    if (!user) return reply.code(401).send({ detail: "Authentication credentials were not provided." });
    const { text, synonym = "", antonym = null, definition = "" } = request.body;
    if (typeof text !== "string" || text.trim() === "" || text.length > 100) {
      return reply.code(400).send({ text: ["Not a valid text."] });
    }
    if (
      typeof synonym !== "string" ||
      typeof definition !== "string" ||
      (antonym !== null && typeof antonym !== "string")
    ) {
      return reply.code(400).send({ detail: "Not valid." });
    }
    const now = `${new Date().toISOString().slice(0, -1).replace("T", " ")}000`;
    try {
      const { id } = insertWord.get(text.trim(), synonym, antonym, definition, user.id, now, now) as { id: number };
      const word = {
        id,
        text: text.trim(),
        synonym,
        antonym,
        definition,
        owner: user.username,
        created_at: iso(now),
        updated_at: iso(now),
      };
      return await reply.code(201).send(word);
    } catch (error) {
      if (/UNIQUE/.test((error as Error).message))
        return reply.code(400).send({ text: ["word with this text already exists."] });
      throw error;
    }
  },
);

await app.listen({ port: Number(port), host: "127.0.0.1" });
process.stdout.write("ready\n");
