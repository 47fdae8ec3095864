import { describe, expect, test } from "vitest";
import { SqliteDatabase } from "../../../src/database/index.ts";
import { loginDefaults, type LoginSettings } from "../../../src/auth/login-failures/login-settings.ts";
import { isAdmitted, LoginThrottle } from "../../../src/auth/login-failures/login-throttle.ts";
import { ownModels } from "../../../src/models/index.ts";
import { registryOf, ScratchProject } from "../../migrations/fixtures/scratch-project.ts";

const home = "192.0.2.1";
const day = 86_400_000;

/** A clock that a test sets. */
class Clock {
  milliseconds = Date.UTC(2024, 0, 1);

  pass(milliseconds: number): void {
    this.milliseconds += milliseconds;
  }
}

interface Setting {
  readonly project: ScratchProject;
  readonly clock: Clock;
  readonly warnings: string[];
  worker(database?: SqliteDatabase, settings?: Partial<LoginSettings>): LoginThrottle;
}

async function setting({ isMigrated = true } = {}): Promise<Setting & AsyncDisposable> {
  const project = new ScratchProject();
  if (isMigrated) await project.migrate(ownModels);
  const clock = new Clock();
  const warnings: string[] = [];
  return {
    project,
    clock,
    warnings,
    worker: (database = project.database, settings = {}) =>
      new LoginThrottle({
        settings: { ...loginDefaults, ...settings },
        secretKey: "k".repeat(32),
        registry: registryOf(ownModels),
        database,
        warn: (_facts, message) => void warnings.push(message),
        now: () => clock.milliseconds,
      }),
    [Symbol.asyncDispose]: () => project[Symbol.asyncDispose](),
  };
}

/** Fails or succeeds as it is told, and gives how long it had to wait: 0 where it was admitted. */
async function login(worker: LoginThrottle, username: string, address: string, isRight = false): Promise<number> {
  const admitted = await worker.admit(username, address);
  if (!isAdmitted(admitted)) return admitted.waitSeconds;
  await (isRight ? admitted.succeed() : admitted.fail());
  return 0;
}

async function fail(worker: LoginThrottle, times: number, username: string, address: string): Promise<void> {
  for (let time = 1; time <= times; time += 1) expect(await login(worker, username, address)).toBe(0);
}

/** Many addresses fail for one user, each too few times to be delayed for it. */
async function attack(worker: LoginThrottle, username: string): Promise<void> {
  for (let host = 1; host <= 20; host += 1) await fail(worker, 5, username, `198.51.100.${host}`);
}

describe("failures of a user from an address", () => {
  test("delay the next by a second, then by twice as long each, and a delay that runs is not made longer", async () => {
    await using its = await setting();
    const worker = its.worker();
    await fail(worker, 10, "ada", home);
    for (const seconds of [1, 2, 4, 8]) {
      expect(await login(worker, "ada", home, true)).toBe(seconds);
      expect(await login(worker, "ada", home)).toBe(seconds);
      its.clock.pass(seconds * 1000 - 1);
      expect(await login(worker, "ada", home)).toBeCloseTo(0.001);
      its.clock.pass(1);
      expect(await login(worker, "ada", home)).toBe(0);
    }
  });

  test("delay neither the user elsewhere nor others there", async () => {
    await using its = await setting();
    const worker = its.worker();
    await fail(worker, 10, "ada", home);
    expect(await login(worker, "ada", home)).toBe(1);
    expect(await login(worker, "ada", "192.0.2.2")).toBe(0);
    expect(await login(worker, "ben", home)).toBe(0);
  });

  test("are forgotten with a good login, and a day after the first", async () => {
    await using its = await setting();
    const worker = its.worker();
    await fail(worker, 9, "ada", home);
    expect(await login(worker, "ada", home, true)).toBe(0);
    await fail(worker, 10, "ada", home);
    expect(await login(worker, "ada", home)).toBe(1);
    its.clock.pass(day);
    await fail(worker, 10, "ada", home);
    expect(await login(worker, "ada", home)).toBe(1);
  });
});

test("an address from which many users are tried must wait, with a name that it has not tried too", async () => {
  await using its = await setting();
  const worker = its.worker();
  for (let user = 1; user <= 100; user += 1) await fail(worker, 1, `user${user}`, "2001:db8::1");
  expect(await login(worker, "another", "2001:db8::2")).toBe(1);
  expect(await login(worker, "another", home)).toBe(0);
});

test("good logins of one user do not pay for failures with others", async () => {
  await using its = await setting();
  const worker = its.worker();
  for (let user = 1; user <= 100; user += 1) {
    await fail(worker, 1, `user${user}`, home);
    expect(await login(worker, "mallory", home, true)).toBe(0);
  }
  expect(await login(worker, "another", home)).toBe(1);
  expect(await login(worker, "mallory", home, true)).toBe(0);
});

test("a user attacked from many addresses is let in where they logged in before, and strangers must wait", async () => {
  await using its = await setting();
  const worker = its.worker();
  expect(await login(worker, "ada", home, true)).toBe(0);
  await attack(worker, "ada");
  expect(await login(worker, "ada", "203.0.113.1", true)).toBe(1);
  expect(await login(worker, "ada", "198.51.100.1", true)).toBe(1);
  expect(await login(worker, "ada", home)).toBe(0);
  expect(await login(worker, "ada", home, true)).toBe(0);
});

test("people who mistype where they log in every day hold up nobody who comes there", async () => {
  await using its = await setting();
  const worker = its.worker();
  for (let user = 1; user <= 21; user += 1) {
    expect(await login(worker, `user${user}`, home, true)).toBe(0);
    await fail(worker, 6, `user${user}`, home);
  }
  expect(await login(worker, "another", home)).toBe(0);
});

test("an address stays known for 90 days after the last good login from there", async () => {
  await using its = await setting();
  const worker = its.worker();
  for (const days of [0, 60, 89]) {
    its.clock.pass(days * day);
    await attack(worker, "ada");
    expect(await login(worker, "ada", home, true)).toBe(days === 0 ? 1 : 0);
    its.clock.pass(1000);
    expect(await login(worker, "ada", home, true)).toBe(0);
  }
  its.clock.pass(90 * day);
  await attack(worker, "ada");
  expect(await login(worker, "ada", home, true)).toBe(1);
});

test("a name that exists and one that does not are answered alike, step by step", async () => {
  await using its = await setting();
  const worker = its.worker();
  expect(await login(worker, "ada", home, true)).toBe(0);
  const stranger = "203.0.113.1";
  const answers = async (username: string): Promise<readonly number[]> => {
    await attack(worker, username);
    const answered: number[] = [];
    for (let step = 1; step <= 14; step += 1) {
      answered.push(await login(worker, username, stranger));
      its.clock.pass(500);
    }
    return answered;
  };
  const [ada, nobody] = [await answers("ada"), await answers("nobody")];
  expect(ada).toEqual(nobody);
  expect(ada.slice(0, 4)).toEqual([1, 0.5, 0, 1.5]);
});

test("workers share what they count, and it outlives them", async () => {
  await using its = await setting();
  const others = [new SqliteDatabase(its.project.databasePath), new SqliteDatabase(its.project.databasePath)];
  const [one, two] = others.map((database) => its.worker(database));
  for (let time = 1; time <= 5; time += 1) {
    for (const worker of [one, two]) await fail(worker as LoginThrottle, 1, "ada", home);
  }
  for (const worker of [one, two]) expect(await login(worker as LoginThrottle, "ada", home, true)).toBe(1);
  for (const database of others) await database.close();
  expect(await login(its.worker(), "ada", home, true)).toBe(1);
});

test("a login that begins counts as failed until it ends, in all workers", async () => {
  await using its = await setting();
  const other = new SqliteDatabase(its.project.databasePath);
  const [one, two] = [its.worker(), its.worker(other)];
  const running = await Promise.all(Array.from({ length: 10 }, () => one.admit("ada", home)));
  expect(running.every(isAdmitted)).toBe(true);
  expect(await login(two, "ada", home, true)).toBe(1);
  for (const admitted of running) if (isAdmitted(admitted)) await admitted.abandon();
  expect(await its.project.rows("SELECT DISTINCT failures FROM drf_auth_login_attempt")).toEqual(["0"]);
  expect(await login(two, "ada", home, true)).toBe(0);
  await other.close();
});

test("where a user is known, as many are looked at at once as may fail, and the others wait for them", async () => {
  await using its = await setting();
  const worker = its.worker();
  expect(await login(worker, "ada", home, true)).toBe(0);
  const running = await Promise.all(Array.from({ length: 10 }, () => worker.admit("ada", home)));
  const waiting = Array.from({ length: 5 }, () => login(worker, "ada", home));
  expect(await its.project.rows("SELECT sum(failures) FROM drf_auth_login_attempt")).toEqual(["0"]);
  for (const admitted of running) if (isAdmitted(admitted)) await admitted.fail();
  expect(await Promise.all(waiting)).toEqual([1, 1, 1, 1, 1]);
  expect(await its.project.rows("SELECT sum(failures) FROM drf_auth_login_attempt")).toEqual(["20"]);
});

test("who waits for too many others is told to come back", async () => {
  await using its = await setting();
  const worker = its.worker();
  const running = await Promise.all(Array.from({ length: 10 }, () => worker.admit("ada", home)));
  const waiting = Array.from({ length: 101 }, () => login(worker, "ada", home));
  await expect(Promise.race(waiting)).rejects.toThrow("The server is busy");
  for (const admitted of running) if (isAdmitted(admitted)) await admitted.fail();
  expect((await Promise.allSettled(waiting)).filter(({ status }) => status === "rejected")).toHaveLength(1);
});

test("a good login that was looked at while others failed does not make their delay longer", async () => {
  await using its = await setting();
  const worker = its.worker();
  for (let user = 1; user <= 102; user += 1) {
    await login(worker, `user${user}`, home);
    its.clock.pass(2000);
  }
  its.clock.pass(2000);
  expect(await login(worker, "ada", home, true)).toBe(0);
  expect(await login(worker, "another", home)).toBe(0);
});

test("the table holds neither names nor addresses", async () => {
  await using its = await setting();
  await fail(its.worker(), 2, "ada", home);
  const rows = await its.project.rows("SELECT * FROM drf_auth_login_attempt");
  expect(rows).toHaveLength(3);
  for (const row of rows) expect(row).toMatch(/^[0-9a-f]{64} 2 2024-01-01 /);
  expect(rows.join()).not.toContain("ada");
});

test("rows that say nothing any more are removed by the way, and that of a good login stays", async () => {
  await using its = await setting();
  const worker = its.worker();
  for (let user = 1; user <= 30; user += 1) await fail(worker, 1, `user${user}`, `192.0.2.${user}`);
  expect(await login(worker, "ada", home, true)).toBe(0);
  const rows = "SELECT count(*) FROM drf_auth_login_attempt WHERE ends_at";
  expect(await its.project.rows(`${rows} <= '2024-01-02 00:00:00'`)).toEqual(["91"]);
  its.clock.pass(day + 1);
  for (let user = 31; user <= 50; user += 1) await fail(worker, 1, `user${user}`, "2001:db8::1");
  expect(await its.project.rows(`${rows} <= '2024-01-02 00:00:00'`)).toEqual(["0"]);
  expect(await its.project.rows(`${rows} = '2024-03-31 00:00:00'`)).toEqual(["1"]);
});

test("without the table each worker counts for itself, and the log says once what to run", async () => {
  await using its = await setting({ isMigrated: false });
  const worker = its.worker();
  expect(await login(worker, "ada", home, true)).toBe(0);
  await fail(worker, 10, "ada", home);
  expect(await login(worker, "ada", home)).toBe(1);
  expect(its.warnings).toEqual([expect.stringContaining("Run npx drf-auth migrate")]);
  expect(await login(its.worker(), "ada", home)).toBe(0);
  expect(await its.project.tables()).toEqual([]);
});
