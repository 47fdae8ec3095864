import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readServerAddress, withoutRefusedTls } from "../../../src/database/postgresql/server-address.ts";

describe("the address of a PostgreSQL server", () => {
  it.each([
    [
      "postgres://ada:p%40ss@db.example.com:5433/words",
      { host: "db.example.com", port: 5433, user: "ada", password: "p@ss", database: "words" },
    ],
    ["postgresql://db/words", { host: "db", port: 5432, database: "words" }],
    ["postgres://[::1]/words", { host: "::1", port: 5432 }],
    ["postgres:///words?host=/run/postgresql", { host: "/run/postgresql", database: "words", ssl: false }],
    [
      "postgres://db/?dbname=words&user=ada&application_name=shop",
      { database: "words", user: "ada", application_name: "shop" },
    ],
    ["postgres://db/words?sslmode=disable", { ssl: false }],
  ])("is read: %s", (url, client) => expect(readServerAddress(url).client).toMatchObject(client));

  const anyName = { checkServerIdentity: expect.any(Function) };

  it.each([
    ["allow", { rejectUnauthorized: false, ...anyName }],
    ["prefer", { rejectUnauthorized: false, ...anyName }],
    ["require", { rejectUnauthorized: false, ...anyName }],
    ["verify-ca", { rejectUnauthorized: true, ...anyName }],
    ["verify-full", { rejectUnauthorized: true }],
  ])("has libpq's sslmode=%s", (mode, ssl) => {
    expect(readServerAddress(`postgres://db/words?sslmode=${mode}`).client.ssl).toEqual(ssl);
  });

  it("asks the authority that it names, even where sslmode=require says nothing of it", () => {
    const folder = mkdtempSync(join(tmpdir(), "drf-auth-test-"));
    const path = join(folder, "root.crt");
    writeFileSync(path, "a certificate");
    const url = `postgres://db/words?sslmode=require&sslrootcert=${encodeURIComponent(path)}`;
    expect(readServerAddress(url).client.ssl).toMatchObject({
      rejectUnauthorized: true,
      ca: Buffer.from("a certificate"),
    });
    rmSync(folder, { recursive: true });
  });

  it("knows a pooler that gives each transaction another connection", () => {
    expect(readServerAddress("postgres://db/words?pgbouncer=true").isPooled).toBe(true);
    expect(readServerAddress("postgres://db/words").isPooled).toBe(false);
  });

  it.each([
    ["postgres://ada:se/cret@db/words", "DATABASE_URL is no address"],
    ["postgres://ada:50%@db/words", "begins no escape"],
    ["postgres://ada:secret@db/words?port=0", 'has the port "0"'],
    ["postgres://ada:secret@db/words?sslmode=required", 'sslmode=required. Did you mean "require"?'],
    [
      "postgres://ada:secret@db/words?sslmode=require&sslrootcert=/nowhere",
      "sslrootcert=/nowhere, which cannot be read",
    ],
  ])("that cannot be is refused without its password: %s", (url, message) => {
    expect(() => readServerAddress(url)).toThrow(message);
    expect(() => readServerAddress(url)).not.toThrow("secret");
  });

  it.each([
    ["N", false],
    ["S", { rejectUnauthorized: false, checkServerIdentity: expect.any(Function) }],
  ])("goes without TLS where it is only preferred and the server says %s to it", async (answer, ssl) => {
    const server = createServer((socket) => socket.on("data", () => socket.write(answer))).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { readonly port: number };
    const { ssl: used } = await withoutRefusedTls(readServerAddress(`postgres://127.0.0.1:${port}/words`));
    server.close();
    expect(used).toEqual(ssl);
  });
});
