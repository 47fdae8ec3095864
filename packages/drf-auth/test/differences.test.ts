import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  apiView,
  application,
  djangoModelPermissions,
  field,
  handler,
  imageField,
  include,
  isAdminUser,
  isAuthenticated,
  jwt,
  model,
  modelSerializer,
  modelViewSet,
  path,
  router,
  serializer,
  tokenBlacklist,
  tokenRefresh,
  userModel,
  view,
} from "../src/index.ts";
import { boundRoutes } from "../src/application/bound-routes.ts";
import { createHttpServer } from "../src/server/http-server.ts";
import { serverLimits } from "../src/server/limits.ts";
import { ApiClient, type ClientResponse, throwaway, type Throwaway } from "../src/testing/index.ts";
import recorded from "./conformance/application/app.ts";
import { seed } from "./conformance/application/seed.ts";
import { Word } from "./conformance/application/words.ts";
import { craft } from "./conformance/scenario.ts";
import { isOnPostgresql, open, query } from "./fixtures/thesaurus.ts";
import { RawClient } from "./server/raw-client.ts";

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

const numbers = modelViewSet(modelSerializer(Word, { fields: ["id"] }), {
  permissions: [],
  filters: { id: ["exact", "in", "range"] },
  relatedFilters: { pin_set: ["isnull"] },
});

const pictures = view({
  name: "Pictures",
  permissions: [],
  post: handler(serializer({ picture: imageField() }), ({ validatedData: { picture } }) => ({
    picture: `${picture.filename} ${picture.size}`,
  })),
});

/** Holds a word fast. */
const Pin = model("thesaurus.Pin", { word: field.foreignKey(Word, { onDelete: "protect" }) });

/** What its table, and an index of an expression, ask of its rows. */
const Ruled = model(
  "thesaurus.Ruled",
  {
    name: field.char({ maxLength: 20 }),
    size: field.integer({ default: 1 }),
    extra: field.json({ default: () => ({}) }),
  },
  { constraints: [{ name: "ruled_size_counts", check: { size__gte: 1 } }] },
);
const ruled = modelViewSet(modelSerializer(Ruled, { fields: "__all__" }), { permissions: [] });

let running: Throwaway;
let client: ApiClient;
/** The same application behind the server that stands before it in production, for what is not sent by `fetch`. */
let guarded: Server;

beforeAll(async () => {
  const folder = fileURLToPath(new URL("conformance/application", import.meta.url));
  const app = application({
    ...recorded,
    models: [...recorded.models, Pin, Ruled],
    routes: [
      ...recorded.routes,
      path("broken/", broken),
      path("pictures/", pictures),
      include("", router({ numbers, ruled })),
    ],
  });
  running = await throwaway(app, { folder, hasNoMigrations: true, environment: { SECRET_KEY: secret } });
  await seed(running.project);
  client = await ApiClient.open(running);
  guarded = createHttpServer(serverLimits, running.assembled.handler).http;
  await once(guarded.listen(0, "127.0.0.1"), "listening");
});

afterAll(async () => {
  guarded.close().closeAllConnections();
  await client.close();
  await running.close();
});

const json = "Content-Type: application/json";
const plain400 = /^HTTP\/1\.1 400 Bad Request\r\n.*Content-Type: text\/plain/s;
const notFound = [404, { detail: "Not found." }, null];
const unreadParts = ["%zz", "%ff", "x".repeat(1001)];
const lastLine = "--XX--\r\n";
const word = (text: string): string => part(named("text"), text) + part(named("synonym"), "short");
const invalid = {
  detail: "Given token not valid for any token type",
  code: "token_not_valid",
  messages: [{ token_class: "AccessToken", token_type: "access", message: "Token is invalid" }],
};

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

  "refreshing a sliding token without `jti`, or whose `refresh_exp` is no number": async () => {
    const claims = { token_type: "sliding", refresh_exp: "+300" };
    const refused = (fault: string) => [401, { detail: fault, code: "token_not_valid" }];
    const refresh = async (changed: object) => {
      const token = craft({ claims: { ...claims, ...changed } }, secret);
      const { status, data } = await client.post("/api/token/sliding/refresh/", { token });
      return [status, data];
    };
    expect((await refresh({}))[0]).toBe(200);
    expect(await refresh({ jti: null })).toEqual(refused("Token has no id"));
    expect(await refresh({ refresh_exp: "soon" })).toEqual(refused("Token 'refresh_exp' claim has expired"));
  },

  "a token whose `exp` is text of a time to come, or beyond the year 9999": async () => {
    const last = 253_402_300_799;
    expect((await bearer(craft({ claims: { exp: last } }, secret))).status).toBe(200);
    await expectInvalid([{ exp: inSeconds(300) }, { exp: last + 1 }, { exp: String(last + 1) }]);
  },

  "a token whose `exp` is `true` or text of a time past": () => expectInvalid([{ exp: true }, { exp: inSeconds(-10) }]),

  "a token whose `iat` or `nbf` is `true` or text": async () => {
    const past = Number(inSeconds(-10));
    expect((await bearer(craft({ claims: { iat: past, nbf: past } }, secret))).status).toBe(200);
    await expectInvalid([{ iat: true }, { iat: String(past) }, { nbf: true }, { nbf: String(past) }]);
  },

  "a token with `NaN` in it": async () => {
    expect((await bearer(signed('"user_id":2,"more":1'))).status).toBe(200);
    const { status, data } = await bearer(signed('"user_id":2,"more":NaN'));
    expect([status, data]).toEqual([401, invalid]);
  },

  'a token whose `user_id` is `true`, `1.5`, `" 2 "`, `"+2"` or `"١"`': async () => {
    expect((await bearer(signed('"user_id":"2"'))).status).toBe(200);
    const answers = await Promise.all(
      [true, 1.5, " 2 ", "+2", "١"].map((id) => bearer(signed(`"user_id":${JSON.stringify(id)}`))),
    );
    const refused = [401, { detail: "User not found", code: "user_not_found" }];
    expect(answers.map(({ status, data }) => [status, data])).toEqual(answers.map(() => refused));
  },

  'blacklisting a refresh token whose `user_id` can be no id, or refreshing one where it is `""`': async () => {
    for (const user_id of ["nobody", "", [2], { id: 2 }]) {
      const refresh = refreshToken({ user_id });
      expect((await client.post("/api/token/blacklist/", { refresh })).status).toBe(200);
      expect((await client.post("/api/token/refresh/", { refresh })).data).toMatchObject({
        detail: "Token is blacklisted",
      });
    }
    const { status } = await client.post("/api/token/refresh/", { refresh: refreshToken({ user_id: "" }) });
    expect(status).toBe(200);
  },

  "a token whose `user_id` is a UUID, where users' keys are such, in another form than `str` writes: 32 digits, braces, `urn:uuid:`, a number":
    () =>
      withKeyedUser(async (keyed, id) => {
        const digits = id.replaceAll("-", "");
        expect((await bearer(craft({ claims: { user_id: id } }, secret), keyed)).status).toBe(200);
        for (const user_id of [digits, `{${id}}`, `urn:uuid:${id}`, Number(`0x${digits}`)]) {
          const { status, data } = await bearer(craft({ claims: { user_id } }, secret), keyed);
          expect([status, data]).toEqual([401, { detail: "User not found", code: "user_not_found" }]);
        }
      }),

  "refreshing or blacklisting a token whose `user_id` can be no UUID, where users' keys are such": () =>
    withKeyedUser(async (keyed) => {
      const refresh = refreshToken({ user_id: "nobody" });
      const { status, data } = await keyed.post("/api/token/refresh/", { refresh });
      expect([status, data]).toEqual([401, { detail: "No active account found for the given token." }]);
      expect((await keyed.post("/api/token/blacklist/", { refresh })).status).toBe(200);
    }),

  "IsAdminUser or DjangoModelPermissions, where the user model has no `is_staff` or no PermissionsMixin": () =>
    withKeyedUser(async (keyed, id) => {
      keyed.credentials(craft({ claims: { user_id: id } }, secret));
      const refused = [403, { detail: "You do not have permission to perform this action." }];
      for (const { status, data } of [await keyed.get("/staff/"), await keyed.post("/marks/", {})])
        expect([status, data]).toEqual(refused);
    }),

  "blacklisting or refreshing a token whose `iss` is no text": async () => {
    for (const iss of [5, true, ["us"]]) {
      for (const address of ["/api/token/blacklist/", "/api/token/refresh/"]) {
        expect((await client.post(address, { refresh: refreshToken({ iss }) })).status).toBe(200);
      }
    }
  },

  "JSON that is nested deeper than 100": async () => {
    const { status, data } = await sendJson("/api/token/", "[".repeat(101) + "]".repeat(101));
    expect([status, data]).toEqual([400, { detail: "JSON parse error - nested deeper than 100 levels" }]);
    const allowed = await sendJson("/api/token/", "[".repeat(100) + "]".repeat(100));
    expect(allowed.data).toEqual({ non_field_errors: ["Invalid data. Expected a dictionary, but got list."] });
  },

  "a refresh token whose user was deleted": async () => {
    const { auth, passwords, registry } = running.project;
    const id = await auth.users.create({
      username: "brief",
      email: "",
      password: await passwords.hash("brief-pass-123"),
    });
    const { refresh } = await tokensOf("brief", "brief-pass-123");
    await query(running, "UPDATE token_blacklist_outstandingtoken SET user_id = NULL WHERE user_id = ?", [id]);
    await query(running, `DELETE FROM "${registry.user.table}" WHERE id = ?`, [id]);
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

  "an address that lacks its slash and ends in `%zz`, `%ff` or a part of more than 1000 characters": async () => {
    expect((await client.get(`/api/v1/words/${"x".repeat(1000)}`)).status).toBe(301);
    for (const part of unreadParts) expect(await refusedAddress(`/api/v1/words/${part}`)).toEqual(notFound);
  },

  "the same address with its slash": async () => {
    expect((await client.get(`/api/v1/words/${"x".repeat(1000)}/`)).headers.get("allow")).toContain("GET");
    for (const part of unreadParts) expect(await refusedAddress(`/api/v1/words/${part}/`)).toEqual(notFound);
  },

  "`/words/1%2F`": async () => {
    expect((await client.get("/api/v1/words/1/")).status).toBe(200);
    expect(await refusedAddress("/api/v1/words/1%2F")).toEqual(notFound);
  },

  "a body of more than 2.5 MiB": async () => {
    const { status, data } = await sendJson("/api/token/", JSON.stringify("x".repeat(2_621_440)));
    expect([status, data]).toEqual([413, { detail: "The request body is larger than 2621440 bytes." }]);
  },

  "more than 1000 form fields or 100 files": async () => {
    const field = part(named("text"), "x");
    const file = part(`${named("file")}; filename="x"`, "x");
    const answers = await Promise.all([
      client.send("/api/token/", { method: "POST", body: new URLSearchParams("x=1&".repeat(1001)) }),
      sendMultipart("/api/token/", field.repeat(1001) + lastLine),
      sendMultipart("/api/token/", file.repeat(101) + lastLine),
    ]);
    expect(answers.map(({ status, data }) => [status, data])).toEqual([
      [400, { detail: "Form parse error - more than 1000 fields" }],
      [400, { detail: "Multipart form parse error - more than 1000 fields" }],
      [400, { detail: "Multipart form parse error - more than 100 files" }],
    ]);
  },

  "a chunked body": async () => {
    const body = '{"left": {"a": "x"}, "right": {}}';
    const chunks = `5\r\n${body.slice(0, 5)}\r\n${(body.length - 5).toString(16)}\r\n${body.slice(5)}\r\n0\r\n\r\n`;
    const answer = await raw("POST /api/v1/left-join/", [json, "Transfer-Encoding: chunked"], chunks);
    expect(answer).toMatch(/^HTTP\/1\.1 200 .*\[\["a","x",null\]\]$/s);
  },

  "an empty chunked body of an unsupported type": async () => {
    const chunked = ["Content-Type: text/xml", "Transfer-Encoding: chunked"];
    const answer = await raw("POST /api/v1/left-join/", chunked, "0\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 415 .*Unsupported media type \\"text\/xml\\" in request\./s);
  },

  "a multipart form that is cut off, has another boundary or is none": async () => {
    client.credentials(craft({}, secret));
    const whole = word("whole") + lastLine;
    const broken = [word("whole"), `${word("whole")}--XX`, whole.replaceAll("XX", "YY"), "rubbish"];
    const answers = await Promise.all(broken.map((body) => sendMultipart("/api/v1/words/", body)));
    const refused = [400, { detail: "Multipart form parse error - Unexpected end of multipart data" }];
    expect(answers.map(({ status, data }) => [status, data])).toEqual(broken.map(() => refused));
    // Its text is unique: it is free only if none of the others was saved.
    expect((await sendMultipart("/api/v1/words/", whole)).status).toBe(201);
  },

  "a form's part with `Content-Transfer-Encoding: base64`": async () => {
    client.credentials(craft({}, secret));
    const encoded = part(`${named("text")}\r\nContent-Transfer-Encoding: base64`, "YnJpZWY=");
    const { status, data } = await sendMultipart("/api/v1/words/", encoded + lastLine);
    expect([status, data]).toMatchObject([201, { text: "YnJpZWY=" }]);
  },

  "a form's part with `Content-Disposition: attachment`": async () => {
    client.credentials(craft({}, secret));
    const attached = part('Content-Disposition: attachment; name="text"', "brief");
    const { status, data } = await sendMultipart("/api/v1/words/", attached + lastLine);
    expect([status, data]).toEqual([400, { text: ["This field is required."] }]);
  },

  "`Content-Type: Multipart/Form-Data; Boundary=…`": async () => {
    const type = "Multipart/Form-Data; Boundary=XX";
    client.credentials(craft({}, secret));
    const { status, data } = await sendMultipart("/api/v1/words/", word("named in capitals") + lastLine, type);
    expect([status, data]).toMatchObject([201, { text: "named in capitals" }]);
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

  "a whole number written as `1.0` or `1e5` in JSON": async () => {
    const { data } = await sendJson(
      "/api/v1/left-join/",
      '{"left": {"one": 1.0, "many": 1e5, "half": 1.5}, "right": {}}',
    );
    expect(data).toEqual([
      ["one", "1", null],
      ["many", "100000", null],
      ["half", "1.5", null],
    ]);
    for (const [number, type] of [
      ["1.0", "int"],
      ["1e5", "int"],
      ["1.5", "float"],
    ] as const) {
      const refused = await sendJson("/api/v1/left-join/", number);
      expect(refused.data).toEqual({ non_field_errors: [`Invalid data. Expected a dictionary, but got ${type}.`] });
    }
  },

  "a JSON object with keys that look like integers": async () => {
    const { text } = await sendJson("/api/v1/left-join/", '{"left": {"b": "x", "2": "y", "1": "z"}, "right": {}}');
    expect(text).toBe('[["1","z",null],["2","y",null],["b","x",null]]');
  },

  "JSON with a lone surrogate in a key that the answer repeats": async () => {
    const { status, text } = await sendJson("/api/v1/left-join/", '{"left": {"\\ud800": "x"}, "right": {}}');
    expect([status, text]).toEqual([200, '[["\\ud800","x",null]]']);
    const refused = await sendJson("/api/v1/left-join/", '{"left": {"\\ud800": true}, "right": {}}');
    expect([refused.status, refused.text]).toEqual([400, '{"left":{"\\ud800":["Not a valid string."]}}']);
  },

  "`charset=` unicode_escape or raw_unicode_escape": () => expectUnsupported(["unicode_escape", "raw_unicode_escape"]),

  "`charset=` utf-7, utf-32, idna or punycode": () => expectUnsupported(["utf-7", "utf-32", "idna", "punycode"]),

  "a method that HTTP does not know": async () => {
    expect(await raw("NONSENSE /api/v1/words/")).toMatch(plain400);
    const known = await client.send("/api/v1/left-join/", { method: "PROPFIND" });
    expect([known.status, known.data]).toEqual([405, { detail: 'Method "PROPFIND" not allowed.' }]);
  },

  CONNECT: async () => {
    expect(await raw("CONNECT localhost:80")).toBe("");
    expect(await raw("CONNECT /api/v1/words/")).toBe("");
  },

  "two Authorization headers": async () => {
    const [good, bad] = [`Authorization: Bearer ${craft({}, secret)}`, "Authorization: Bearer nonsense"];
    expect(await raw("GET /api/v1/me/", [good, bad])).toMatch(/^HTTP\/1\.1 200 .*"username":"ada"/s);
    expect(await raw("GET /api/v1/me/", [bad, good])).toMatch(/^HTTP\/1\.1 401 .*"Token is invalid"/s);
  },

  "two Content-Type headers": async () => {
    const body = '{"left": {}, "right": {}}';
    const headers = [json, "Content-Type: text/xml", `Content-Length: ${body.length}`];
    expect(await raw("POST /api/v1/left-join/", headers, body)).toMatch(/^HTTP\/1\.1 200 .*\[\]$/s);
    const turned = [...headers.slice(1), json];
    expect(await raw("POST /api/v1/left-join/", turned, body)).toMatch(/^HTTP\/1\.1 415 .*text\/xml/s);
  },

  "bytes beyond ASCII in the address": async () => {
    expect(await raw("GET /api/v1/words/é/")).toMatch(plain400);
    expect(await raw("GET /api/v1/words/?page_size=1&more=é")).toMatch(plain400);
  },

  "`#` in the request target": async () => {
    expect(await raw("GET /api/v1/words/?more=a#b")).toMatch(plain400);
    expect(await raw("GET /api/v1/words/1/#b")).toMatch(plain400);
    expect(await raw("GET /api/v1/words/?more=a%23b")).toMatch(/^HTTP\/1\.1 200 /);
  },

  "a full URL of another host as the target": async () => {
    expect(await raw("GET http://other.example/api/v1/words/")).toMatch(plain400);
    expect(await raw("GET http://localhost/api/v1/words/?page_size=1")).toMatch(
      /^HTTP\/1\.1 200 .*"next":"http:\/\/localhost\/api\/v1\/words\/\?page=2/s,
    );
  },

  "a row that a check of its table, or a unique index of an expression, refuses": async () => {
    await query(running, "CREATE UNIQUE INDEX ruled_lower ON thesaurus_ruled (lower(name))");
    const refused = (name: string) => [400, { non_field_errors: [`Constraint “${name}” is violated.`] }];
    const send = async (body: object) => {
      const { status, data } = await client.post("/ruled/", body);
      return [status, data];
    };
    expect(await send({ name: "one", size: 0 })).toEqual(refused("ruled_size_counts"));
    expect((await send({ name: "One" }))[0]).toBe(201);
    expect(await send({ name: "oNE" })).toEqual(refused("ruled_lower"));
  },

  "JSON that its column cannot hold: a number beyond all, on PostgreSQL a null character or half a surrogate":
    async () => {
      const refused = [400, { extra: ["Value must be valid JSON."] }];
      for (const extra of ["1e400", ...(isOnPostgresql ? ['"\\u0000"', '"\\ud800"'] : [])]) {
        const { status, data } = await sendJson("/ruled/", `{"name": "x", "extra": {"a": ${extra}}}`);
        expect([status, data]).toEqual(refused);
      }
    },

  "DELETE of an object that a table without a model refers to": async () => {
    await query(
      running,
      "CREATE TABLE notes_of_others (ruled_id bigint REFERENCES thesaurus_ruled (id) DEFERRABLE INITIALLY DEFERRED)",
    );
    const made = await client.post("/ruled/", { name: "kept" });
    const { id } = made.data as { readonly id: number };
    await query(running, "INSERT INTO notes_of_others (ruled_id) VALUES (?)", [id]);
    expect((await client.send(`/ruled/${id}/`, { method: "DELETE" })).status).toBe(409);
    expect((await client.get(`/ruled/${id}/`)).status).toBe(200);
  },

  "DELETE of an object that others refer to with `protect` or `restrict`": async () => {
    await client.login("ada", "ada-pass-123");
    await running.project.database.run(
      { sql: 'INSERT INTO "thesaurus_pin" ("word_id") VALUES (3)', isWrite: true },
      [],
    );
    const { status, data } = await client.send("/api/v1/words/3/", { method: "DELETE" });
    expect([status, data]).toEqual([409, { detail: "This word cannot be deleted: a pin refers to it by word." }]);
    client.credentials();
    expect((await client.get("/api/v1/words/3/")).status).toBe(200);
  },

  "OPTIONS of a token view": async () => {
    const { data } = await client.send("/api/token/", { method: "OPTIONS" });
    expect(data).toMatchObject({
      name: "Token Obtain Pair",
      description: "Gives a refresh and an access token for a username and password.",
    });
  },

  "any page": async () => {
    const { headers, text } = await client.send("/api/v1/words/1/", { headers: { accept: "text/html" } });
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(text).toContain("fond");
    expect(text).not.toMatch(/<script/i);
  },

  "an eleventh wrong password in a row from one address": async () => {
    const attempt = () => client.post("/api/token/", { username: "ben", password: "wrong" });
    for (let count = 1; count <= 10; count += 1) expect((await attempt()).status).toBe(401);
    const { status, headers } = await attempt();
    expect([status, Number(headers.get("retry-after")) > 0]).toEqual([429, true]);
    expect((await client.post("/api/token/", { username: "ada", password: "ada-pass-123" })).status).toBe(200);
  },

  "a Host that the settings do not name": async () => {
    const asked = async (accept: string): Promise<string> => {
      const connection = await RawClient.connect((guarded.address() as AddressInfo).port);
      const head = ["GET /api/v1/words/1/ HTTP/1.1", "Host: evil.example", `Accept: ${accept}`, "Connection: close"];
      connection.send(`${head.join("\r\n")}\r\n\r\n`);
      await connection.closed();
      return connection.received;
    };
    expect(await asked("application/json")).toMatch(/^HTTP\/1\.1 400 .*"detail":".*evil\.example.*ALLOWED_HOSTS/s);
    expect(await asked("text/html")).toMatch(/^HTTP\/1\.1 400 .*<h1>.*ALLOWED_HOSTS/s);
  },

  "a search of more than 1000 characters or 32 different words": async () => {
    const search = async (text: string) => {
      const { status, data } = await client.get(`/api/v1/words/?search=${encodeURIComponent(text)}`);
      return [status, status === 200 ? undefined : data];
    };
    const words = (count: number) => Array.from({ length: count }, (_, index) => `w${index}`).join(" ");
    expect(await search("x".repeat(1000))).toEqual([200, undefined]);
    expect(await search("x".repeat(1001))).toEqual([400, ["Ensure this field has no more than 1000 characters."]]);
    expect(await search(words(32))).toEqual([200, undefined]);
    expect(await search(words(33))).toEqual([400, ["Ensure this field has no more than 32 terms."]]);
  },

  "a filter by a time before the year 1, or by a whole number of more than 64 bits in a list or a range": async () => {
    const time = encodeURIComponent("0001-01-01T00:00:00+05:00");
    expect((await client.get(`/api/v1/words/?created_at__gte=${time}`)).status).toBe(400);
    expect((await client.get(`/numbers/?id__in=1,${"9".repeat(30)}`)).data).toMatchObject([{ id: 1 }]);
    expect((await client.get(`/numbers/?id__range=1,${"9".repeat(30)}`)).status).toBeLessThan(500);
  },

  "a filter over a relation to many rows that several of them meet": async () => {
    await query(running, "INSERT INTO thesaurus_pin (id, word_id) VALUES (101, 5), (102, 5)");
    const { data } = await client.get("/numbers/?pin_set__isnull=false&id=5");
    await query(running, "DELETE FROM thesaurus_pin WHERE id > 100");
    expect(data).toEqual([{ id: 5 }]);
  },

  "a filter `tags__in` of a relation to many rows": async () => {
    const wrong = modelViewSet(modelSerializer(Word, { fields: ["id"] }), { relatedFilters: { pin_set: ["in"] } });
    const routes = [include("", router({ wrong }))];
    const app = application({ models: running.project.application.models.slice(), routes });
    await expect(async () => boundRoutes({ ...running.project, application: app })).rejects.toThrow(
      'filters: pin_set leads to any number of rows and cannot be filtered by "in".',
    );
  },

  "a cursor whose position is none of the field's": async () => {
    const asAdmin = { headers: { authorization: `Bearer ${craft({ claims: { user_id: "1" } }, secret)}` } };
    const cursor = Buffer.from("p=x").toString("base64");
    const { status, data } = await client.send(`/api/v1/events/?cursor=${cursor}`, asAdmin);
    expect([status, data]).toEqual([404, { detail: "Invalid cursor" }]);
  },

  "the page before, by cursor, where rows are equal in the order": async () => {
    const asAdmin = { headers: { authorization: `Bearer ${craft({ claims: { user_id: "1" } }, secret)}` } };
    const starts_at = "2024-01-03T12:00:00Z";
    await client.send("/api/v1/events/2/", { ...asAdmin, method: "PATCH", json: { starts_at, room: "C" } });
    interface Page {
      readonly next: string | null;
      readonly previous: string | null;
      readonly results: readonly { readonly id: number }[];
    }
    const page = async (url: string | null) =>
      (await client.send((url ?? "").replace(client.base, ""), asAdmin)).data as Page;
    const first = await page("/api/v1/events/");
    const second = await page(first.next);
    const third = await page(second.next);
    expect(second.results.map(({ id }) => id)).toEqual([5, 4, 2]);
    expect((await page(third.previous)).results).toEqual(second.results);
  },

  "a whole number of more than 53 bits in a field that is no big integer": async () => {
    const { status, text } = await sample('{"char": "x", "positive": 9007199254740993}');
    const message = `Ensure this value is less than or equal to ${isOnPostgresql ? 32767 : "9007199254740991"}.`;
    expect([status, text]).toEqual([400, JSON.stringify({ positive: [message] })]);
    expect((await sample('{"char": "x", "big_integer": 9007199254740993}')).text).toContain(
      '"big_integer":9007199254740993,',
    );
  },

  "a picture that is cut off behind its head, or of a kind that is not shown by browsers": async () => {
    const answerTo = async (name: string, head: string) => {
      const body = new FormData();
      body.append("picture", new Blob([Buffer.from(head, "hex")]), name);
      return client.send("/pictures/", { method: "POST", body });
    };
    const cut = await answerTo("cut.png", "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489");
    expect(cut.data).toEqual({ picture: "cut.png 33" });
    const photoshop = await answerTo("a.psd", `3842505300010000000000000003${"00000001".repeat(2)}00080003`);
    const message = "Upload a valid image. The file you uploaded was either not an image or a corrupted image.";
    expect([photoshop.status, photoshop.data]).toEqual([400, { picture: [message] }]);
  },

  "a float without a fraction in an answer": async () => {
    expect((await sample('{"char": "x", "float": 2.0}')).text).toContain('"float":2,');
  },

  "a decimal of `-0` in the answer to POST": async () => {
    expect((await sample('{"char": "x", "decimal": "-0"}')).text).toContain('"decimal":"0.00"');
  },

  "PUT, PATCH or DELETE of the log-in and log-out pages without a CSRF token": async () => {
    for (const address of ["/api-auth/login/", "/api-auth/logout/"]) {
      for (const method of ["PUT", "PATCH", "DELETE"]) {
        expect((await client.send(address, { method })).status).toBe(405);
      }
    }
  },

  "a login whose `next` is an absolute address of this site": async () => {
    const next = `${client.base}/api/v1/words/?page=2`;
    const { status, headers } = await sendPage("/api-auth/login/", {
      username: "ada",
      password: "ada-pass-123",
      next,
    });
    expect([status, headers.get("location")]).toEqual([302, "/api/v1/words/?page=2"]);
  },

  "POST of a logout that names no `next`": async () => {
    const { status, headers } = await sendPage("/api-auth/logout/", {});
    expect([status, headers.get("location")]).toEqual([302, "/"]);
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

async function bearer(token: string, by: ApiClient = client): Promise<ClientResponse> {
  by.credentials(token);
  return by.get("/api/v1/me/");
}

/** Opens an application whose users' keys are UUIDs, with one of them. */
async function withKeyedUser(work: (keyed: ApiClient, id: string) => Promise<void>): Promise<void> {
  const key = field.uuid({ primaryKey: true, default: () => randomUUID() });
  const user = userModel(
    "people.Account",
    { id: key, email: field.email({ unique: true }) },
    { usernameField: "email", hasPermissions: false, hasStanding: false },
  );
  const Mark = model("people.Mark", {});
  const marks = modelViewSet(modelSerializer(Mark, { fields: ["id"] }), { permissions: [djangoModelPermissions] });
  const me = apiView(["GET"], (request) => ({ id: request.user.id }), { name: "Me", permissions: [isAuthenticated] });
  const routes = [
    path("api/v1/me/", me),
    path(
      "staff/",
      apiView(["GET"], () => ({}), { name: "Staff", permissions: [isAdminUser] }),
    ),
    include("", router({ marks })),
    path("api/token/refresh/", tokenRefresh()),
    path("api/token/blacklist/", tokenBlacklist()),
  ];
  await using opened = await open(
    application({ settings: { user, authentication: [jwt()] }, models: [Mark], routes }),
    {
      isSeeded: false,
      hasNoMigrations: true,
      environment: { SECRET_KEY: secret },
    },
  );
  const id = await opened.project.auth.users.create({ email: "ada@example.com", password: "!" });
  await work(opened.client, String(id));
}

async function tokensOf(username: string, password: string): Promise<{ readonly refresh: string }> {
  const { data } = await client.post("/api/token/", { username, password });
  return data as { readonly refresh: string };
}

/** Sends access tokens with these claims, one by one, and expects that each is refused as invalid. */
async function expectInvalid(claims: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  const answers = await Promise.all(claims.map((some) => bearer(craft({ claims: some }, secret))));
  expect(answers.map(({ status, data }) => [status, data])).toEqual(claims.map(() => [401, invalid]));
}

function refreshToken(claims: Readonly<Record<string, unknown>>): string {
  return craft({ claims: { token_type: "refresh", jti: randomUUID(), ...claims } }, secret);
}

/** An access token with claims as text, for those that `craft` would read or that no object can hold. */
function signed(claims: string): string {
  const head = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString("base64url");
  const body = `{"token_type":"access","exp":${inSeconds(300)},"jti":"0123456789abcdef",${claims}}`;
  const text = `${head}.${Buffer.from(body).toString("base64url")}`;
  return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
}

function inSeconds(seconds: number): string {
  return String(Math.floor(Date.now() / 1000) + seconds);
}

function sendJson(address: string, body: string, type = "application/json"): Promise<ClientResponse> {
  return client.send(address, { method: "POST", body, headers: { "content-type": type } });
}

async function expectUnsupported(charsets: readonly string[]): Promise<void> {
  for (const charset of charsets) {
    const { status, data } = await sendJson("/api/token/", "{}", `application/json; charset=${charset}`);
    const detail = `Unsupported charset "${charset}" in request Content-Type header.`;
    expect([status, data]).toEqual([400, { detail }]);
  }
}

function named(name: string): string {
  return `Content-Disposition: form-data; name="${name}"`;
}

function part(headers: string, value: string): string {
  return `--XX\r\n${headers}\r\n\r\n${value}\r\n`;
}

function sendMultipart(
  address: string,
  body: string,
  type = "multipart/form-data; boundary=XX",
): Promise<ClientResponse> {
  return client.send(address, { method: "POST", body, headers: { "content-type": type } });
}

/** What an address that no route has says: its status, its data and the methods that it names. */
async function refusedAddress(address: string): Promise<readonly unknown[]> {
  const { status, data, headers } = await client.get(address);
  return [status, data, headers.get("allow")];
}

async function contentType(address: string, accept: string): Promise<string | null> {
  return (await client.send(address, { headers: { accept } })).headers.get("content-type");
}

/** Sends a form as the log-in page would, with its CSRF token. */
async function sendPage(address: string, fields: Readonly<Record<string, string>>): Promise<ClientResponse> {
  const page = await client.send("/api-auth/login/", { headers: { accept: "text/html" } });
  const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
  const cookie = page.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: token });
  return client.send(address, { method: "POST", headers: { cookie }, body });
}

/** Sends what no client would, and gives the answer as text. */
async function raw(line: string, headers: readonly string[] = [], body = ""): Promise<string> {
  const connection = await RawClient.connect((guarded.address() as AddressInfo).port);
  const head = [`${line} HTTP/1.1`, "Host: localhost", "Accept: application/json", "Connection: close", ...headers];
  connection.send(`${head.join("\r\n")}\r\n\r\n${body}`);
  await connection.closed();
  return connection.received;
}

function sample(body: string) {
  const authorization = `Bearer ${craft({}, secret)}`;
  const headers = { authorization, "content-type": "application/json" };
  return client.send("/api/v1/samples/", { method: "POST", headers, body });
}
