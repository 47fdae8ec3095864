// The same four routes written by hand, as a careful engineer would on Fastify, the database's driver and jose: prepared
// statements, the token verified and the user loaded on each request, input checked, errors told.
import Fastify, { type FastifyRequest, LogController } from "fastify";
import { jwtVerify } from "jose";
import type { User, WordStore } from "./peer-store.ts";

const [database = "", secret = "", port = "0"] = process.argv.slice(2);
const { openStore } = database.startsWith("postgres")
  ? await import("./peer-postgresql.ts")
  : await import("./peer-sqlite.ts");
const store: WordStore = openStore(database);

const key = await crypto.subtle.importKey(
  "raw",
  new TextEncoder().encode(secret),
  { name: "HMAC", hash: "SHA-256" },
  false,
  ["verify"],
);

async function authenticate(request: FastifyRequest): Promise<User | undefined> {
  const header = request.headers.authorization;
  if (!header?.startsWith("Bearer ")) return undefined;
  const { payload } = await jwtVerify(header.slice(7), key, { algorithms: ["HS256"], requiredClaims: ["exp"] });
  if (payload["token_type"] !== "access") throw new Error("wrong type");
  const user = await store.user(Number(payload["user_id"]));
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
  const count = await store.count();
  const last = Math.max(1, Math.ceil(count / 10));
  if (!(page >= 1 && page <= last)) return reply.code(404).send({ detail: "Invalid page." });
  const link = (number: number) =>
    `http://${request.headers.host}/api/v1/words/${number === 1 ? "" : `?page=${number}`}`;
  return {
    count,
    next: page < last ? link(page + 1) : null,
    previous: page > 1 ? link(page - 1) : null,
    results: await store.page(10, (page - 1) * 10),
  };
});

app.get<{ Params: { id: string } }>("/api/v1/words/:id/", async (request, reply) => {
  await authenticate(request);
  const word = await store.word(Number(request.params.id));
  return word ?? reply.code(404).send({ detail: "No Word matches the given query." });
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
    const word = await store.insert({ text: text.trim(), synonym, antonym, definition }, user);
    return word ? reply.code(201).send(word) : reply.code(400).send({ text: ["word with this text already exists."] });
  },
);

await app.listen({ port: Number(port), host: "127.0.0.1" });
process.stdout.write("ready\n");
