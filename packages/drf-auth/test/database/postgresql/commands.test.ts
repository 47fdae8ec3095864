import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDatabase, readDatabaseAddress } from "../../../src/database/index.ts";
import { testDatabase } from "../../../src/testing/test-database.ts";
import { command, type Ran } from "../../cli/command-line.ts";
import { type PostgresqlServer, postgresqlServer } from "../../fixtures/postgresql-server.ts";
import { finish, freePort, programs, scratchFolder, startUntil } from "../../processes/running.ts";
import { temporaryFolder } from "../temporary-database.ts";

const SECRET_KEY = "k".repeat(32);

describe("the commands on PostgreSQL", () => {
  const scratch = scratchFolder();
  let server: PostgresqlServer;
  let url: string;
  let name: string;
  const addressOf = (user: string, password = "") => `postgres://${user}:${password}@127.0.0.1:${server.port}/${name}`;
  const migrate = (DATABASE_URL: string, environment = {}): Promise<Ran> =>
    command(["migrate"], { DATABASE_URL, DATABASE_WAIT_SECONDS: "0", ...environment });
  const run = async (sql: string, at = url): Promise<readonly unknown[]> => {
    const database = await openDatabase(readDatabaseAddress(at, "/"), { poolSize: 1 });
    try {
      return await database.run({ sql, isWrite: true }, []);
    } finally {
      await database.close();
    }
  };

  beforeAll(async () => {
    server = await postgresqlServer();
    await run("CREATE ROLE ada LOGIN PASSWORD 'secret word'", server.url);
    await run("CREATE ROLE eve LOGIN", server.url);
    await server.letIn([
      "local all all trust",
      "host all postgres 127.0.0.1/32 trust",
      "host all ada 127.0.0.1/32 scram-sha-256",
    ]);
  });
  beforeEach(async () => {
    ({ url } = await testDatabase(server.url));
    name = new URL(url).pathname.slice(1);
    await run("GRANT ALL ON SCHEMA public TO ada");
  });
  afterAll(async () => {
    await server.remove();
    scratch.remove();
  });

  it("need no secret key where nothing is signed: migrate", async () => {
    expect(await migrate(url, { SECRET_KEY: "" })).toMatchObject({ code: 0, complained: "" });
    expect(await command(["check"], { DATABASE_URL: url })).toMatchObject({
      code: 78,
      complained: expect.stringMatching(/^There is no secret key/) as string,
    });
  });

  it("take the password from a file, of which they leave the line end alone", async () => {
    await run("ALTER ROLE ada PASSWORD ' secret word '");
    const file = join(temporaryFolder(), "password");
    writeFileSync(file, " secret word \r\n");
    expect(await migrate(addressOf("ada"), { DATABASE_PASSWORD_FILE: file })).toMatchObject({
      code: 0,
      complained: "",
    });
    await run("ALTER ROLE ada PASSWORD 'secret word'");
  });

  const whatIsWrong: readonly [string, () => string, number, string][] = [
    [
      "no password",
      () => addressOf("ada"),
      78,
      'it asks for the password of "ada", and none is set. Set it in the file that DATABASE_PASSWORD_FILE names',
    ],
    [
      "a wrong password",
      () => addressOf("ada", "wrong-word"),
      78,
      'the password of "ada" is wrong. Set it in the file that DATABASE_PASSWORD_FILE names',
    ],
    ["a user who is not let in", () => addressOf("eve"), 78, '"eve" is not let in: no pg_hba.conf entry for host'],
    ["a database that is not there", () => `${server.url}_other`, 78, 'there is no database "postgres_other". Make it'],
    [
      "a server without TLS",
      () => `${url}?sslmode=require`,
      78,
      "the server speaks no TLS, and sslmode=require asks for it",
    ],
    [
      "a setting that no server has",
      () => `${url}?options=-c%20nothing%3D1`,
      78,
      'unrecognized configuration parameter "nothing" (42704)',
    ],
    [
      "a server that is away",
      () => "postgres://ada:wrong-word@127.0.0.1:1/words",
      69,
      "nothing listens there (ECONNREFUSED)",
    ],
    ["a socket that is not there", () => "postgres://ada@/words?host=/nowhere", 69, "nothing listens there (ENOENT)"],
    [
      "a host that is not known",
      () => "postgres://ada:wrong-word@nobody.invalid/words",
      69,
      "its host is not known (E",
    ],
    [
      "a key that cannot be read",
      () => `${url}?sslmode=require&sslkey=/nowhere`,
      78,
      "sslkey=/nowhere, which cannot be read",
    ],
  ];
  it.each(whatIsWrong)("say in one line what is wrong: %s", async (_what, address, code, message) => {
    for (const words of [["migrate"], ["serve", "--migrate"], ["check"]]) {
      const environment = { DATABASE_URL: address(), DATABASE_WAIT_SECONDS: "0", SECRET_KEY, PORT: "0" };
      const ran = await command(words, environment);
      expect(ran.code).toBe(code);
      expect(ran.complained).toContain(message);
      expect(ran.complained).not.toMatch(/\n|wrong-word| at .*\.[jt]s/);
    }
  });

  it("end with the same codes where a user is made", async () => {
    const make = (DATABASE_URL: string) =>
      command(["createsuperuser", "--no-input"], {
        DATABASE_URL,
        SECRET_KEY,
        DRF_AUTH_SUPERUSER_USERNAME: "ada",
        DRF_AUTH_SUPERUSER_EMAIL: "ada@example.com",
        DRF_AUTH_SUPERUSER_PASSWORD: "correct-horse-battery",
      });
    expect(await make("postgres://ada@127.0.0.1:1/words")).toMatchObject({
      code: 69,
      complained: "The database 127.0.0.1:1/words cannot be used: nothing listens there (ECONNREFUSED).",
    });
    const isReadOnly = {
      code: 78,
      complained: expect.stringContaining("The database is read-only: it is a standby") as string,
    };
    const readOnly = `${url}?options=-c%20default_transaction_read_only%3Don`;
    expect(await migrate(readOnly)).toMatchObject(isReadOnly);
    expect((await migrate(url)).code).toBe(0);
    expect(await make(readOnly)).toMatchObject(isReadOnly);
  });

  it("end where a password is missing: nothing keeps the process", async () => {
    const file = join(scratch.path, "empty-password");
    writeFileSync(file, "");
    const env = { DATABASE_URL: addressOf("ada"), DATABASE_PASSWORD_FILE: file, SECRET_KEY, PORT: "0" };
    for (const words of [["migrate"], ["serve"]]) {
      const { code, errors } = await finish(join(programs, "drf-auth"), words, { env });
      expect(code).toBe(78);
      expect(errors).toMatch(
        /^The database .* and none is set\. Set it in the file that DATABASE_PASSWORD_FILE names, .*\n$/,
      );
    }
  });

  it("wait for a database that is not up yet, and say so", async () => {
    await server.kill();
    const migrating = migrate(url, { DATABASE_WAIT_SECONDS: "50" });
    await wait(1000);
    await server.start();
    const { code, said, complained } = await migrating;
    expect(code).toBe(0);
    expect(said).toContain("words.0001_initial");
    expect(complained).toMatch(/nothing listens there \(ECONNREFUSED\)\. Waiting for it, 50 s at most\./);
    expect(complained.split("\n").length).toBeLessThan(10);
  });

  it("migrate by MIGRATION_DATABASE_URL where they serve by DATABASE_URL", async () => {
    // By a user who may read and write, and make no tables.
    await run("REVOKE ALL ON SCHEMA public FROM ada");
    await run("GRANT USAGE ON SCHEMA public TO ada");
    await run("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO ada");
    const port = await freePort();
    const env = {
      DATABASE_URL: addressOf("ada", "secret%20word"),
      MIGRATION_DATABASE_URL: url,
      SECRET_KEY,
      PORT: String(port),
    };
    const started = await startUntil("Stop it with", join(programs, "drf-auth"), ["serve", "--migrate"], { env });
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    expect(started.output()).toContain("words.0001_initial");
    expect(await run("SELECT count(*) FROM words_word")).toEqual([[0]]);
    expect(await started.stop()).toBe(0);
  });
});
