import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiView, application, path } from "../src/index.ts";
import { ApiClient, type ClientResponse, throwaway, type Throwaway } from "../src/testing/index.ts";
import recorded from "./conformance/application/app.ts";
import { seed } from "./conformance/application/seed.ts";
import { craft } from "./conformance/scenario.ts";

const secret = "a-secret-key-of-the-differences-0123456789";
const page = readFileSync(new URL("../../../docs/differences-from-drf.md", import.meta.url), "utf8");
const header = "| request | DRF | drf-auth | why | setting |";

const broken = apiView(
  ["GET"],
  () => {
    throw new Error("a mistake of the program");
  },
  { name: "Broken", permissions: [] },
);

let running: Throwaway;
let client: ApiClient;

beforeAll(async () => {
  const folder = fileURLToPath(new URL("conformance/application", import.meta.url));
  const app = application({ ...recorded, routes: [...recorded.routes, path("broken/", broken)] });
  running = await throwaway(app, { folder, environment: { SECRET_KEY: secret } });
  await seed(running.project);
  client = await ApiClient.open(running);
});

afterAll(async () => {
  await client.close();
  await running.close();
});

/** What each row says of our answer, by the row's first cell. */
const rows: Readonly<Record<string, () => Promise<void>>> = {
  "an access token whose `user_id` is no number": async () => {
    const { status, data } = await bearer(craft({ claims: { user_id: "nobody" } }, secret));
    expect([status, data]).toEqual([401, { detail: "User not found", code: "user_not_found" }]);
  },

  "a refresh token without `jti`": async () => {
    const refresh = craft({ claims: { token_type: "refresh", jti: null } }, secret);
    const { status, data } = await client.post("/api/token/refresh/", { refresh });
    expect([status, data]).toEqual([401, { detail: "Token has no id", code: "token_not_valid" }]);
  },

  "JSON that is nested deeper than 100": async () => {
    const { status, data } = await sendJson("/api/token/", "[".repeat(101) + "]".repeat(101));
    expect([status, data]).toEqual([400, { detail: "JSON parse error - nested deeper than 100 levels" }]);
    const allowed = await sendJson("/api/token/", "[".repeat(100) + "]".repeat(100));
    expect(allowed.data).toEqual({ non_field_errors: ["Invalid data. Expected a dictionary, but got list."] });
  },

  "a refresh token whose user was deleted": async () => {
    const { auth, passwords, registry, database } = running.project;
    const id = await auth.users.create({
      username: "brief",
      email: "",
      password: await passwords.hash("brief-pass-123"),
    });
    const { refresh } = await tokensOf("brief", "brief-pass-123");
    await database.run(
      { sql: `UPDATE token_blacklist_outstandingtoken SET user_id = NULL WHERE user_id = ?`, isWrite: true },
      [id],
    );
    await database.run({ sql: `DELETE FROM "${registry.user.table}" WHERE id = ?`, isWrite: true }, [id]);
    const { status, data } = await client.post("/api/token/refresh/", { refresh });
    expect([status, data]).toEqual([401, { detail: "No active account found for the given token." }]);
  },

  "an Accept header with q-values": async () => {
    const preferred = (accept: string) => contentType("/nowhere/", accept);
    expect(await preferred("text/html;q=0.5, application/json")).toBe("application/json");
    expect(await preferred("text/html, application/json;q=0.5")).toBe("text/html; charset=utf-8");
    const refused = await client.send("/api/v1/words/", { headers: { accept: "application/json;q=0" } });
    expect(refused.status).toBe(406);
  },

  "an address that no route has": async () => {
    const { status, data } = await client.get("/nowhere/");
    expect([status, data]).toEqual([404, { detail: "Not found." }]);
    expect(await contentType("/nowhere/", "text/html")).toBe("text/html; charset=utf-8");
  },

  "a body of more than 2.5 MiB": async () => {
    const { status, data } = await sendJson("/api/token/", JSON.stringify("x".repeat(2_621_440)));
    expect([status, data]).toEqual([413, { detail: "The request body is larger than 2621440 bytes." }]);
  },

  "any request to a view": async () => {
    const { headers } = await client.get("/api/v1/words/");
    expect(headers.get("vary")).toBe("Accept, Cookie");
  },

  "one refresh token, sent twice at once": async () => {
    const { refresh } = await tokensOf("ada", "ada-pass-123");
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.post("/api/token/refresh/", { refresh })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401, 401]);
    const refused = answers.find(({ status }) => status === 401);
    expect(refused?.data).toEqual({ detail: "Token is blacklisted", code: "token_not_valid" });
  },

  "a whole number written as `1.0` in JSON": async () => {
    const { data } = await sendJson("/api/v1/left-join/", '{"left": {"one": 1.0, "half": 1.5}, "right": {}}');
    expect(data).toEqual([
      ["one", "1", null],
      ["half", "1.5", null],
    ]);
  },

  "a JSON object with keys that look like integers": async () => {
    const { text } = await sendJson("/api/v1/left-join/", '{"left": {"b": "x", "2": "y", "1": "z"}, "right": {}}');
    expect(text).toBe('[["1","z",null],["2","y",null],["b","x",null]]');
  },

  "a method that HTTP does not know": async () => {
    expect(await raw("NONSENSE /api/v1/words/ HTTP/1.1\r\nHost: localhost\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
    const known = await client.send("/api/v1/left-join/", { method: "PROPFIND" });
    expect([known.status, known.data]).toEqual([405, { detail: 'Method "PROPFIND" not allowed.' }]);
  },

  "OPTIONS of a token view": async () => {
    const { data } = await client.send("/api/token/", { method: "OPTIONS" });
    expect(data).toMatchObject({
      name: "Token Obtain Pair",
      description: "Gives a refresh and an access token for a username and password.",
    });
  },

  "OPTIONS of any view": async () => {
    const { data } = await client.send("/api/v1/words/", { method: "OPTIONS" });
    expect(data).toMatchObject({ renders: ["application/json"] });
  },

  "a view that fails by a mistake of the program": async () => {
    const { status, headers, data } = await client.get("/broken/");
    expect([status, data]).toEqual([500, { detail: "A server error occurred." }]);
    expect(headers.get("x-request-id")).toMatch(/^[\w-]{9,}$/);
  },
};

describe("answers otherwise than DRF, as docs/differences-from-drf.md says", () => {
  it("every row has a test, and every test a row", () => {
    expect(Object.keys(rows)).toEqual(documented(page));
  });

  it.each(Object.entries(rows))("%s", async (_request, check) => {
    expect.hasAssertions();
    client.credentials();
    await check();
  });
});

/** The first cell of each row; a row that lacks a cell is a mistake in the page. */
function documented(text: string): readonly string[] {
  const lines = text.split("\n");
  const start = lines.indexOf(header);
  if (start === -1) throw new Error(`The page has no table "${header}".`);
  const table = lines.slice(start + 2);
  const end = table.findIndex((line) => !line.startsWith("|"));
  return table.slice(0, end === -1 ? undefined : end).map((line) => {
    const cells = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (cells.length !== 5 || cells.includes("")) throw new Error(`This row has not five cells: ${line}`);
    return cells[0] ?? "";
  });
}

async function bearer(token: string): Promise<ClientResponse> {
  client.credentials(token);
  return client.get("/api/v1/me/");
}

async function tokensOf(username: string, password: string): Promise<{ readonly refresh: string }> {
  const { data } = await client.post("/api/token/", { username, password });
  return data as { readonly refresh: string };
}

function sendJson(address: string, body: string): Promise<ClientResponse> {
  return client.send(address, { method: "POST", body, headers: { "content-type": "application/json" } });
}

async function contentType(address: string, accept: string): Promise<string | null> {
  return (await client.send(address, { headers: { accept } })).headers.get("content-type");
}

/** Sends what no client would, and gives the answer as text. */
function raw(request: string): Promise<string> {
  const { hostname, port } = new URL(client.base);
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.setEncoding("utf8").on("data", (chunk) => (answer += String(chunk)));
    socket.on("error", reject).on("close", () => resolve(answer));
  });
}
