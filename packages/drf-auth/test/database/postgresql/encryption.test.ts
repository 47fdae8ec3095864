import { chownSync, copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openDatabase, readDatabaseAddress } from "../../../src/database/index.ts";
import { type Certificate, makeCertificate } from "../../fixtures/certificate.ts";
import { nobody } from "../../fixtures/postgresql-binaries.ts";
import { type PostgresqlServer, postgresqlServer } from "../../fixtures/postgresql-server.ts";
import { temporaryFolder } from "../temporary-database.ts";

const isEncrypted = { sql: "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()", isWrite: false };

/** Says whether a connection by an address is encrypted, or why there is none. */
async function connected(url: string): Promise<"encrypted" | "plain" | string> {
  const database = await openDatabase(readDatabaseAddress(url, "/"), { busySeconds: 5 });
  try {
    const [row] = await database.run(isEncrypted, []);
    return row?.[0] === 1 ? "encrypted" : "plain";
  } catch (error) {
    return (error as Error).message;
  } finally {
    await database.close();
  }
}

describe("a server without TLS", () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    server = await postgresqlServer();
  });
  afterAll(() => server.remove());

  it.each([
    ["disable", "plain"],
    ["allow", "plain"],
    ["prefer", "plain"],
    ["require", "speaks no TLS, and sslmode=require asks for it"],
    ["verify-full", "speaks no TLS, and sslmode=verify-full asks for it"],
  ])("is asked as sslmode=%s has it", async (mode, expected) => {
    expect(await connected(`${server.url}?sslmode=${mode}`)).toContain(expected);
  });

  it("that is away when it is first asked is found to have none when it is there", async () => {
    await server.kill();
    const database = await openDatabase(readDatabaseAddress(server.url, "/"));
    onTestFinished(() => database.close());
    await expect(database.run(isEncrypted, [])).rejects.toThrow("nothing listens there (ECONNREFUSED)");
    await server.start();
    expect(await database.run(isEncrypted, [])).toEqual([[0]]);
  });
});

describe("a server with TLS", () => {
  let server: PostgresqlServer;
  let made: Certificate;
  const at = (parameters: string) => connected(`${server.url}?${parameters}`);
  const rule = (kind: string, way = "trust") => `${kind} all postgres 127.0.0.1/32 ${way}`;
  const always = "local all postgres trust";

  beforeAll(async () => {
    server = await postgresqlServer();
    made = makeCertificate(server.folder);
    const files = ["server.crt", "server.key"].map((name) => join(server.folder, "data", name));
    for (const [index, file] of files.entries()) {
      copyFileSync(index === 0 ? made.cert : made.key, file);
      if (process.getuid?.() === 0) chownSync(file, nobody, nobody);
    }
    const database = await openDatabase(readDatabaseAddress(server.url, "/"), { poolSize: 1 });
    await database.run({ sql: "ALTER SYSTEM SET ssl = on", isWrite: true }, []);
    await database.run({ sql: "ALTER ROLE postgres PASSWORD 'secret'", isWrite: true }, []);
    await database.close();
    await server.letIn([always, rule("host")]);
  });
  afterAll(() => server.remove());

  it.each([
    ["host", "disable", "plain"],
    ["host", "allow", "plain"],
    ["host", "prefer", "encrypted"],
    ["host", "require", "encrypted"],
    ["hostssl", "disable", '"postgres" is not let in: no pg_hba.conf entry for host'],
    ["hostssl", "allow", "encrypted"],
    ["hostssl", "prefer", "encrypted"],
    ["hostnossl", "allow", "plain"],
    ["hostnossl", "prefer", "plain"],
    ["hostnossl", "require", '"postgres" is not let in: no pg_hba.conf entry for host'],
  ])("that lets in by %s is asked as sslmode=%s has it", async (kind, mode, expected) => {
    await server.letIn([always, rule(kind)]);
    expect(await at(`sslmode=${mode}`)).toContain(expected);
    await server.letIn([always, rule("host")]);
  });

  it("is known by its authority, and by its name where that is asked", async () => {
    const authority = `sslrootcert=${encodeURIComponent(made.cert)}`;
    expect(await at(`sslmode=verify-full&${authority}`)).toBe("encrypted");
    expect(await at("sslmode=verify-full")).toContain(
      "TLS failed: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)",
    );
    expect(await at(`sslmode=require&ssl_max_protocol_version=TLSv1.2&${authority}`)).toBe("encrypted");
    // A name of the same machine that is not in the certificate.
    const elsewhere = `postgres://postgres@127.1:${server.port}/postgres?${authority}`;
    expect(await connected(`${elsewhere}&sslmode=verify-ca`)).toBe("encrypted");
    expect(await connected(`${elsewhere}&sslmode=verify-full`)).toMatch(
      /TLS failed: .*Host: 127\.1\. is not in the cert's altnames.* name the host that it is for/,
    );
    const other = makeCertificate(temporaryFolder());
    expect(await at(`sslmode=verify-ca&sslrootcert=${encodeURIComponent(other.cert)}`)).toContain("TLS failed");
  });

  it("takes a key that a password keeps, and the wrong one is told at start", async () => {
    const { cert, key } = makeCertificate(temporaryFolder(), "open sesame");
    const files = `sslmode=require&sslcert=${encodeURIComponent(cert)}&sslkey=${encodeURIComponent(key)}`;
    expect(await at(`${files}&sslpassword=open%20sesame`)).toBe("encrypted");
    await expect(at(`${files}&sslpassword=wrong`)).rejects.toThrow("Look at sslrootcert, sslcert, sslkey, sslpassword");
  });

  it("proves that no one is in between where channel_binding=require asks for it", async () => {
    const withPassword = (parameters: string) =>
      connected(`postgres://postgres:secret@127.0.0.1:${server.port}/postgres?channel_binding=require&${parameters}`);
    await server.letIn([always, rule("host", "scram-sha-256")]);
    expect(await withPassword("sslmode=require")).toBe("encrypted");
    await server.letIn([always, rule("host", "password")]);
    expect(await withPassword("sslmode=require")).toContain("channel_binding=require is asked for");
    await server.letIn([always, rule("host")]);
    expect(await withPassword("sslmode=require")).toContain("channel_binding=require is asked for");
  });
});
