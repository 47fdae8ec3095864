import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readServerAddress } from "../../../src/database/postgresql/server-address.ts";

const tcp = (host: string, port = 5432) => ({ host, port, isSocket: false });
const socket = (host: string) => ({ host, port: 5432, isSocket: true });

describe("the address of a PostgreSQL server", () => {
  it.each([
    [
      "postgres://ada:p%40ss@db.example.com:5433/words",
      { hosts: [tcp("db.example.com", 5433)], client: { user: "ada", password: "p@ss", database: "words" } },
    ],
    ["postgresql://db/words", { hosts: [tcp("db")], database: "words" }],
    ["postgres://[::1]/words", { hosts: [tcp("::1")], location: "[::1]:5432/words" }],
    ["postgres://h1:1,h2:2/words", { hosts: [tcp("h1", 1), tcp("h2", 2)], location: "h1:1,h2:2/words" }],
    ["postgres://h1,h2:2/words", { hosts: [tcp("h1"), tcp("h2", 2)] }],
    ["postgres://[::1]:1,h2/words?port=7", { hosts: [tcp("::1", 7), tcp("h2", 7)] }],
    ["postgres:///words?host=/run/postgresql", { hosts: [socket("/run/postgresql")], database: "words" }],
    [
      "postgres://ada:pw@/words?host=/folder",
      { hosts: [socket("/folder")], client: { user: "ada", password: "pw" }, location: "words at /folder" },
    ],
    ["postgres://ada@%2Frun%2Fpostgresql/words", { hosts: [socket("/run/postgresql")], user: "ada" }],
    [
      "postgres://db/?dbname=words&user=ada&application_name=shop",
      { client: { database: "words", user: "ada", application_name: "shop" } },
    ],
    ["postgres://ada:a+b@db/words", { client: { password: "a+b" } }],
    ["postgres://ada:p@ss@db/words", { hosts: [tcp("db")], client: { password: "p@ss" } }],
    ["postgres://ada@db", { database: "ada" }],
    ["postgres://db/words", { user: userInfo().username, hasPassword: false }],
    ["postgres://db/words?sslmode=disable", { tls: undefined }],
    ["postgres://db/words?ssl=true", { sslMode: "require" }],
    ["postgres://db/words?connect_timeout=9", { connectSeconds: 9 }],
    ["postgres://db/words?connect_timeout=0", { connectSeconds: undefined }],
    ["postgres://db/words?options=-c%20search_path%3Dshop", { client: { options: "-c search_path=shop" } }],
    ["postgres://db/words?target_session_attrs=read-write", { sessionKind: "read-write" }],
    ["postgres://db/words?target_session_attrs=any", { sessionKind: undefined }],
    ["postgres://db/words?channel_binding=require", { bindsChannel: true, client: { enableChannelBinding: true } }],
    ["postgres://db/words?channel_binding=prefer&gssencmode=disable&client_encoding=UTF8", { bindsChannel: false }],
    ["postgres://db/words?keepalives_idle=30", { client: { keepAliveInitialDelayMillis: 30_000 } }],
    ["postgres://db/words?keepalives=0", { client: { keepAlive: false } }],
  ])("is read: %s", (url, expected) => expect(readServerAddress(url)).toMatchObject(expected));

  it("leaves what it does not say to libpq's variables", () => {
    const environment = { PGHOST: "db", PGPORT: "5433", PGUSER: "ada", PGDATABASE: "words", PGSSLMODE: "verify-full" };
    expect(readServerAddress("postgres://", { ...environment, PGPASSWORD: "secret" })).toMatchObject({
      hosts: [tcp("db", 5433)],
      client: { user: "ada", database: "words", password: "secret" },
      sslMode: "verify-full",
    });
    expect(readServerAddress("postgres://bob:own@other:1/shop?sslmode=disable", environment)).toMatchObject({
      hosts: [tcp("other", 1)],
      client: { user: "bob", database: "shop", password: "own" },
      sslMode: "disable",
    });
  });

  const anyName = { checkServerIdentity: expect.any(Function) as unknown };

  it.each([
    ["allow", { rejectUnauthorized: false, ...anyName }],
    ["prefer", { rejectUnauthorized: false, ...anyName }],
    ["require", { rejectUnauthorized: false, ...anyName }],
    ["verify-ca", { rejectUnauthorized: true, ...anyName }],
    ["verify-full", { rejectUnauthorized: true }],
  ])("has libpq's sslmode=%s", (mode, tls) => {
    expect(readServerAddress(`postgres://db/words?sslmode=${mode}`).tls).toEqual(tls);
  });

  it("trusts the system's authorities for the server's own name alone", () => {
    const { sslMode, tls } = readServerAddress("postgres://db/words?sslrootcert=system");
    expect(sslMode).toBe("verify-full");
    expect(tls).toEqual({ rejectUnauthorized: true, secureContext: expect.anything() as unknown });
  });

  it("asks the authority that it names, even where sslmode=require says nothing of it", () => {
    const folder = mkdtempSync(join(tmpdir(), "drf-auth-test-"));
    const path = join(folder, "root.crt");
    writeFileSync(path, "");
    const named = (mode: string) =>
      readServerAddress(`postgres://db/words?sslmode=${mode}&sslrootcert=${encodeURIComponent(path)}`).tls;
    expect(named("require")).toMatchObject({ rejectUnauthorized: true });
    rmSync(folder, { recursive: true });
    expect(named("prefer")).toMatchObject({ rejectUnauthorized: false });
    expect(() => named("verify-ca")).toThrow("which cannot be read");
  });

  it.each([
    ["true", true],
    ["1", true],
    ["false", false],
    ["0", false],
  ])("knows a pooler that gives each transaction another connection: pgbouncer=%s", (value, isPooled) => {
    expect(readServerAddress(`postgres://db/words?pgbouncer=${value}`).isPooled).toBe(isPooled);
    expect(readServerAddress("postgres://db/words").isPooled).toBe(false);
  });

  it.each([
    ["postgres://ada:se/cret@db/words", "DATABASE_URL is no address"],
    ["postgres://ada:12345/secret@db/words", "DATABASE_URL is no address"],
    ["postgres://ada:50%@db/words", "begins no escape"],
    ["postgres://ada:secret@db/words?port=0", 'has the port "0": it must be a number from 1 to 65535'],
    ["postgres://ada:secret@db:65536/words", 'has the port "65536": it must be a number from 1 to 65535'],
    ["postgres://ada:secret@h1,h2,h3/words?port=1,2", "has 3 hosts and 2 ports"],
    ["postgres://ada:secret@db/words?sslmode=required", 'sslmode=required. Did you mean "require"?'],
    ["postgres://ada:secret@db/words?ssl_mode=require", 'has ssl_mode. Did you mean "sslmode"?'],
    ["postgres://ada:secret@db/words?schema=shop", "has schema. It may be one of: application_name,"],
    ["postgres://ada:secret@db/words?pgbouncer=yes", "has pgbouncer=yes. It may be one of: false, true, 0, 1."],
    ["postgres://ada:secret@db/words?requirepeer=postgres", "has requirepeer, which is libpq's and not done here"],
    ["postgres://ada:secret@db/words?gssencmode=require", "has gssencmode, which is libpq's and not done here"],
    [
      "postgres://ada:secret@db/words?target_session_attrs=prefer-standby",
      "target_session_attrs=prefer-standby. It may be",
    ],
    ["postgres://ada:secret@db/words?channel_binding=require&sslmode=disable", "sslmode must not be disable"],
    ["postgres://ada:secret@db/words?sslnegotiation=direct", "sslmode must be require or more"],
    ["postgres://ada:secret@db/words?sslrootcert=system&sslmode=require", "Write sslmode=verify-full"],
    ["postgres://ada:secret@db/words?ssl_min_protocol_version=TLSv9", "ssl_min_protocol_version=TLSv9. Did you mean"],
    ["postgres://ada:secret@db/words?connect_timeout=soon", "connect_timeout=soon: it must be a whole number"],
    ["postgres://ada:secret@db/words?sslmode=require&sslcert=/nowhere", "sslcert=/nowhere, which cannot be read"],
    [
      "postgres://ada:secret@db/words?sslmode=require&sslrootcert=/nowhere",
      "sslrootcert=/nowhere, which cannot be read",
    ],
    ["postgres://ada:secret@db/words?sslmode=require&sslkey=/etc/passwd", "cannot be used"],
  ])("that cannot be is refused without its password: %s", (url, message) => {
    expect(() => readServerAddress(url)).toThrow(message);
    expect(() => readServerAddress(url)).not.toThrow("secret");
  });
});
