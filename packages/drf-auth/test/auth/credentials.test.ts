import { createHook } from "node:async_hooks";
import { expect, test } from "vitest";
import { openProject, type Project } from "../../src/application/index.ts";
import { createPasswordHasher, Credentials, LoginThrottle, type PasswordHasher } from "../../src/auth/index.ts";
import { ServiceUnavailable, Throttled } from "../../src/errors.ts";
import { loginDefaults } from "../../src/auth/login-failures/login-settings.ts";
import { statementsOf } from "../../src/testing/index.ts";
import { openDatabase, readDatabaseAddress } from "../../src/database/index.ts";
import { folder, open, type Opened, query, thesaurus, isOnPostgresql } from "../fixtures/thesaurus.ts";
import { loginFrom } from "./login-failures/login-requests.ts";

const request = loginFrom("192.0.2.1");
const warn = (): void => {};

/** How many hashes of passwords ran meanwhile: each is one job of node:crypto's. */
async function hashesOf(work: () => Promise<unknown>): Promise<number> {
  let hashes = 0;
  const hook = createHook({
    init: (_id, type) => void (hashes += /^(?:ARGON2|PBKDF2|SCRYPT)REQUEST$/.test(type) ? 1 : 0),
  });
  hook.enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return hashes;
}

async function stored(opened: Opened, username: string): Promise<string> {
  const [[password] = []] = await query(opened, "SELECT password FROM auth_user WHERE username = ?", [username]);
  return String(password);
}

test("the right password finds its user, and whatever is wrong finds nobody at the cost of one hash", async () => {
  await using opened = await open();
  const { credentials } = opened.project.auth;
  expect((await credentials.check("ada", "ada-pass-123", request))?.username).toBe("ada");
  const table = [
    ["ada", "wrong"],
    ["ada", "ada-pass-123 "],
    ["nobody", "ada-pass-123"],
    ["", "ada-pass-123"],
    ["gone", "gone-pass-123"],
    ["gone", "wrong"],
  ] as const;
  for (const [username, password] of table) {
    const hashes = await hashesOf(async () => {
      expect(await credentials.check(username, password, request)).toBeUndefined();
    });
    expect(hashes).toBe(1);
  }
});

test("an empty password costs no hash, whether there is such a user or not", async () => {
  await using opened = await open();
  for (const username of ["ada", "nobody"]) {
    const hashes = await hashesOf(async () => {
      expect(await opened.project.auth.credentials.check(username, "", request)).toBeUndefined();
    });
    expect(hashes).toBe(0);
  }
});

test("an unknown name, a wrong password and an inactive user are answered alike", async () => {
  await using opened = await open();
  const answers = await Promise.all(
    [
      ["ada", "wrong"],
      ["nobody", "wrong"],
      ["gone", "gone-pass-123"],
    ].map(([username, password]) => opened.client.post("/api/token/", { username, password })),
  );
  for (const { status, data, headers } of answers) {
    expect([status, data]).toEqual([401, { detail: "No active account found with the given credentials" }]);
    expect(headers.get("www-authenticate")).toBe('Bearer realm="api"');
  }
});

test("an older hash is written anew at a login that succeeds, and at no other", async () => {
  await using opened = await open();
  const older = await createPasswordHasher({ algorithm: "pbkdf2_sha256" }).hash("ada-pass-123");
  await query(opened, "UPDATE auth_user SET password = ?", [older]);
  for (const [username, password] of [
    ["ada", "wrong"],
    ["gone", "ada-pass-123"],
  ] as const) {
    await opened.project.auth.credentials.check(username, password, request);
    expect(await stored(opened, username)).toBe(older);
  }
  expect(await opened.project.auth.credentials.check("ada", "ada-pass-123", request)).toBeDefined();
  const anew = await stored(opened, "ada");
  expect(anew).toMatch(/^argon2\$argon2id\$/);
  expect(await stored(opened, "ben")).toBe(older);
  expect(await opened.project.auth.credentials.check("ada", "ada-pass-123", request)).toBeDefined();
  expect(await stored(opened, "ada")).toBe(anew);
});

test("no hash is rewritten in a database that Django uses too", async () => {
  await using opened = await open(thesaurus({ database: { sharedWithDjango: true } }));
  for (const older of [
    await createPasswordHasher({ algorithm: "argon2id" }).hash("ada-pass-123"),
    await createPasswordHasher({ algorithm: "pbkdf2_sha256" }).hash("ada-pass-123"),
  ]) {
    await query(opened, "UPDATE auth_user SET password = ?", [older]);
    expect(await opened.project.auth.credentials.check("ada", "ada-pass-123", request)).toBeDefined();
    expect(await stored(opened, "ada")).toBe(older);
  }
});

test("a password that was changed while an older hash is upgraded stays changed", async () => {
  await using opened = await open();
  const { auth, passwords: hasher } = opened.project;
  await query(opened, "UPDATE auth_user SET password = 'older'");
  const changing: PasswordHasher = {
    ...hasher,
    verify: async () => ({ isValid: true, mustUpgrade: true }),
    hash: async () => {
      await query(opened, "UPDATE auth_user SET password = 'changed'");
      return "upgraded";
    },
  };
  const throttle = new LoginThrottle({
    settings: { ...loginDefaults, isThrottled: false },
    secretKey: opened.project.secretKey.value,
    registry: opened.project.registry,
    database: opened.project.database,
    warn,
  });
  const options = { users: auth.users, passwords: changing, throttle, warn };
  expect(await new Credentials(options).check("ada", "ada-pass-123", request)).toBeDefined();
  expect(await stored(opened, "ada")).toBe("changed");
});

/** Lets the delays of failures so far go on for as long as a test takes. */
async function holdDelays(opened: Opened): Promise<void> {
  await query(opened, "UPDATE drf_auth_login_attempt SET failed_at = '2999-01-01 00:00:00'");
}

/** What checks credentials in another worker, by a clock that stands still. */
function atRest(project: Project): Credentials {
  const { auth, passwords, registry, database, secretKey } = project;
  const now = (): number => Date.UTC(2024, 0, 1);
  const throttle = new LoginThrottle({
    settings: loginDefaults,
    secretKey: secretKey.value,
    registry,
    database,
    warn,
    now,
  });
  return new Credentials({ users: auth.users, passwords, throttle, warn });
}

/** What a login was answered: the user, undefined, or how long to wait. */
async function outcome(credentials: Credentials, username: string, password: string, address: string) {
  try {
    return (await credentials.check(username, password, loginFrom(address)))?.username;
  } catch (error) {
    if (error instanceof Throttled) return error.waitSeconds;
    throw error;
  }
}

test("the eleventh failure in a row is not looked at, be the password right, and the answer says how long to wait", async () => {
  await using opened = await open();
  for (const username of ["ada", "nobody", "gone"]) {
    for (let failure = 1; failure <= 10; failure += 1) {
      expect((await opened.client.post("/api/token/", { username, password: "wrong" })).status).toBe(401);
    }
    await holdDelays(opened);
    const hashes = await hashesOf(async () => {
      const { status, data, headers } = await opened.client.post("/api/token/", {
        username,
        password: `${username}-pass-123`,
      });
      expect([status, data]).toEqual([429, { detail: "Request was throttled. Expected available in 1 second." }]);
      expect(headers.get("retry-after")).toBe("1");
    });
    expect(hashes).toBe(0);
  }
  expect((await opened.client.post("/api/token/", { username: "ben", password: "ben-pass-123" })).status).toBe(200);
});

test("of fifty wrong passwords at once, on two workers, ten are looked at, whether there is such a user or not", async () => {
  await using opened = await open();
  const { project } = opened;
  const environment = { DATABASE_URL: opened.databaseUrl, SECRET_KEY: project.secretKey.value };
  const other = await openProject(project.application, { environment, folder });
  const workers = [atRest(project), atRest(other)] as const;
  try {
    for (const username of ["ada", "nobody"]) {
      let answers: readonly unknown[] = [];
      const hashes = await hashesOf(async () => {
        answers = await Promise.all(
          Array.from({ length: 50 }, (_, index) => {
            return outcome(index % 2 === 0 ? workers[0] : workers[1], username, "wrong", "192.0.2.7");
          }),
        );
      });
      expect(hashes).toBe(10);
      expect(answers.filter((answer) => answer === undefined)).toHaveLength(10);
      expect(answers.filter((answer) => answer === 1)).toHaveLength(40);
    }
  } finally {
    await other.database.close();
  }
});

test("a client that sends fifteen right passwords at once is let in with each, from the first time on", async () => {
  await using opened = await open();
  const { credentials } = opened.project.auth;
  for (let round = 1; round <= 2; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 15 }, () => outcome(credentials, "ada", "ada-pass-123", "192.0.2.8")),
    );
    expect(new Set(answers)).toEqual(new Set(["ada"]));
  }
});

test("a good login costs one statement more, and no write, once the user has logged in from there", async () => {
  await using opened = await open();
  const { credentials } = opened.project.auth;
  const login = async (): Promise<void> => void (await credentials.check("ada", "ada-pass-123", request));
  await login();
  const statements = await statementsOf(login);
  expect(statements.filter((sql) => sql.includes("drf_auth_login_attempt"))).toHaveLength(1);
  expect(statements).toHaveLength(2);
  expect(statements.filter((sql) => !/^select/i.test(sql))).toEqual([]);
});

test("what failed because too many wait for a hash is no failure", async () => {
  await using opened = await open();
  const { auth, database, registry, secretKey } = opened.project;
  const full: PasswordHasher = {
    ...opened.project.passwords,
    verify: () => Promise.reject(new ServiceUnavailable()),
    verifyNothing: () => Promise.reject(new ServiceUnavailable()),
  };
  const throttle = new LoginThrottle({ settings: loginDefaults, secretKey: secretKey.value, registry, database, warn });
  const crowded = new Credentials({ users: auth.users, passwords: full, throttle, warn });
  for (let attempt = 1; attempt <= 12; attempt += 1) {
    await expect(crowded.check("ada", "ada-pass-123", request)).rejects.toThrow(ServiceUnavailable);
  }
  expect(await outcome(auth.credentials, "ada", "ada-pass-123", "192.0.2.1")).toBe("ada");
});

test("a database that is too busy to count lets nobody try a password", async () => {
  await using opened = await open(thesaurus({ database: { busySeconds: 0.05 } }));
  const { project } = opened;
  const other = await openDatabase(readDatabaseAddress(opened.databaseUrl, "/"));
  await other.transaction(async () => {
    const sql = isOnPostgresql ? "LOCK TABLE drf_auth_login_attempt" : "DELETE FROM drf_auth_login_attempt";
    await other.run({ sql, isWrite: true }, []);
    const hashes = await hashesOf(async () => {
      await expect(project.auth.credentials.check("ada", "ada-pass-123", request)).rejects.toThrow(ServiceUnavailable);
    });
    expect(hashes).toBe(0);
  });
  await other.close();
});

test("the log tells of logins by user id, and never a password or a name that no user has", async () => {
  await using opened = await open();
  const sent = [
    { username: "ada", password: "ada-pass-123" },
    { username: "ada", password: "hunter2-wrong" },
    ...Array.from({ length: 11 }, () => ({ username: "hunter2-typed-as-name", password: "hunter2-wrong" })),
  ];
  for (const [index, login] of sent.entries()) {
    if (index === sent.length - 1) await holdDelays(opened);
    await opened.client.post("/api/token/", login);
  }
  const lines = opened.log.map((line) => JSON.parse(line) as Record<string, unknown>);
  const events = lines.filter(({ event }) => event !== undefined);
  expect(events).toHaveLength(sent.length);
  expect(events[0]).toMatchObject({
    level: 30,
    event: "login.succeeded",
    userId: 2,
    how: "token",
    msg: "A user logged in",
  });
  expect(events[1]).toMatchObject({ level: 40, event: "login.failed", userId: 2, address: "127.0.0.1" });
  expect(events[2]).toMatchObject({ level: 40, event: "login.failed" });
  expect(events[2]).not.toHaveProperty("userId");
  expect(events.at(-1)).toMatchObject({ level: 40, event: "login.throttled", by: "user and address", waitSeconds: 1 });
  expect(events.every(({ requestId, reqId }) => typeof requestId === "string" && requestId === reqId)).toBe(true);
  expect(opened.log.join("")).not.toMatch(/hunter2|pass-123/);
});

test("nothing is counted where the settings say so, as DRF has it", async () => {
  await using opened = await open(thesaurus({ logins: { isThrottled: false } }));
  for (let failure = 1; failure <= 12; failure += 1) {
    expect(await outcome(opened.project.auth.credentials, "ada", "", "192.0.2.9")).toBeUndefined();
  }
  expect(await query(opened, "SELECT * FROM drf_auth_login_attempt")).toEqual([]);
});
