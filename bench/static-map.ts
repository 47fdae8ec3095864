// What serves collected files with the least that can be done: all in memory, the answers made beforehand, node:http.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";

interface Answer {
  readonly etag: string;
  readonly known: readonly string[];
  readonly headers: readonly string[];
  readonly body: Buffer;
}

const [folder = "", port = "0"] = process.argv.slice(2);
const types: Readonly<Record<string, string>> = { ".css": "text/css; charset=utf-8", ".json": "application/json" };

function answerOf(file: string, type: string, coding?: string): Answer {
  const body = readFileSync(file);
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  const cache = "public, max-age=31536000, immutable";
  const known = ["ETag", etag, "Cache-Control", cache, "Vary", "Accept-Encoding"];
  const headers = [...known, "Content-Type", type, "Content-Length", String(body.length)];
  return { etag, known, headers: coding ? [...headers, "Content-Encoding", coding] : headers, body };
}

const answers = new Map<string, { readonly plain: Answer; readonly brotli: Answer }>();
for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
  const type = types[extname(name)];
  if (type === undefined) continue;
  const file = join(folder, name);
  const plain = answerOf(file, type);
  const brotli = existsSync(`${file}.br`) ? answerOf(`${file}.br`, type, "br") : plain;
  answers.set(`/static/${name}`, { plain, brotli });
}

const server = createServer((request, response) => {
  const found = answers.get(request.url ?? "");
  if (!found) return void response.writeHead(404).end();
  const { etag, known, headers, body } = request.headers["accept-encoding"]?.includes("br")
    ? found.brotli
    : found.plain;
  if (request.headers["if-none-match"] === etag) response.writeHead(304, known as string[]).end();
  else response.writeHead(200, headers as string[]).end(body);
});
server.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
