import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { application, openProject, type Project, type Settings } from "../../src/application/index.ts";
import { type Deployment, deployFindings, readDeployment } from "../../src/cli/deploy-checks.ts";
import { readMachine } from "../../src/server/index.ts";
import type { Environment } from "../../src/settings.ts";
import { command } from "./command-line.ts";

const gibibyte = 1024 ** 3;
const key = "q8Jt-0aYhXc3nVb6LzEwRk2MsPdFgUi5oTl9CxDyWvAeBfGhJkNpQrSt";

let folder: string;
const opened: Project[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "drf-auth-check-"));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ database }) => database.close()));
  rmSync(folder, { recursive: true });
});

/** A deployment in which all is well, but for what is given. */
async function deployment(
  given: Partial<Omit<Deployment, "project">> & { readonly settings?: Partial<Settings> } = {},
): Promise<Deployment> {
  const { settings, environment: added, ...facts } = given;
  const environment: Environment = {
    SECRET_KEY: key,
    ALLOWED_HOSTS: "api.example.com",
    TRUSTED_PROXIES: "private",
    WORKERS: "auto",
    DATABASE_URL: `sqlite:${join(folder, "db.sqlite3")}`,
    ...added,
  };
  const project = await openProject(application({ models: [], routes: [], settings: settings ?? {} }), {
    environment,
    folder,
  });
  opened.push(project);
  const machine = { cores: 4, quota: undefined, memoryBytes: 4 * gibibyte, isMemoryLimited: true };
  return { project, environment, machine, mountinfo: "", isContainer: false, userId: 1000, ...facts };
}

const ids = (of: Deployment): string[] => deployFindings(of).map(({ level, id }) => `${level} ${id}`);

describe("the checks of a deployment", () => {
  it("find nothing where all is well", async () => {
    expect(ids(await deployment())).toEqual([]);
  });

  it.each<[string, Parameters<typeof deployment>[0], string]>([
    ["development", { environment: { DRF_AUTH_MODE: "development" } }, "error debug"],
    ["no secret given", { environment: { SECRET_KEY: "" } }, "warning secret-beside-database"],
    ["a short secret", { environment: { SECRET_KEY: key.slice(0, 40) } }, "warning secret-weak"],
    ["a secret of few characters", { environment: { SECRET_KEY: "abab".repeat(15) } }, "warning secret-weak"],
    ["every host", { environment: { ALLOWED_HOSTS: "a.example.com, *" } }, "warning hosts-open"],
    [
      "every host by the settings",
      { environment: { ALLOWED_HOSTS: "" }, settings: { allowedHosts: ["*"] } },
      "warning hosts-open",
    ],
    ["only local hosts", { environment: { ALLOWED_HOSTS: "" } }, "warning hosts-local"],
    ["no proxy", { environment: { TRUSTED_PROXIES: "" } }, "warning https"],
    ["everyone a proxy", { environment: { TRUSTED_PROXIES: "0.0.0.0/0" } }, "error proxies-open"],
    ["every origin", { environment: { CORS_ORIGINS: "*" } }, "warning cors-open"],
    ["a careless database", { settings: { database: { synchronous: "OFF" } } }, "warning not-durable"],
    ["a database in tmpfs", { mountinfo: "1 0 0:1 / / rw - tmpfs tmpfs rw" }, "error data-in-memory"],
    [
      "a database in the container itself",
      { mountinfo: "1 0 0:1 / / rw - overlay overlay rw", isContainer: true },
      "error data-in-container",
    ],
    ["too many workers", { environment: { WORKERS: "9" } }, "warning workers"],
    ["one worker on four cores", { environment: { WORKERS: "" } }, "info one-worker"],
    ["root", { userId: 0 }, "warning root"],
  ])("find %s", async (_name, given, expected) => {
    expect(ids(await deployment(given))).toEqual([expected]);
  });

  it("are content with a volume in a container, and with a root outside of one", async () => {
    const volume = `1 0 0:1 / / rw - overlay overlay rw\n2 1 8:1 / ${folder} rw - ext4 /dev/sda rw`;
    expect(ids(await deployment({ mountinfo: volume, isContainer: true }))).toEqual([]);
    expect(ids(await deployment({ mountinfo: "1 0 0:1 / / rw - ext4 /dev/sda rw" }))).toEqual([]);
  });

  it("find a file of the secret that everyone may read", async () => {
    const file = join(folder, "key");
    writeFileSync(file, key);
    chmodSync(file, 0o644);
    const given = { environment: { SECRET_KEY: "", SECRET_KEY_FILE: file } };
    expect(ids(await deployment(given))).toEqual(["warning secret-readable"]);
    chmodSync(file, 0o600);
    expect(ids(await deployment(given))).toEqual([]);
  });

  it("say what to do, and no secret", async () => {
    const environment = { SECRET_KEY: "weak-key-weak-key-weak-key-weak-key", ALLOWED_HOSTS: "*", CORS_ORIGINS: "*" };
    const findings = deployFindings(await deployment({ environment, userId: 0 }));
    expect(findings.length).toBeGreaterThan(3);
    for (const { message, hint } of findings) {
      expect(hint).not.toBe("");
      expect(message + hint).not.toContain("weak-key");
    }
  });

  it.runIf(process.platform === "linux")("read this very process and its system", async () => {
    const { project, environment } = await deployment();
    const { userId, mountinfo } = readDeployment(project, environment, readMachine());
    expect(userId).toBe(process.getuid?.());
    expect(mountinfo).toContain(" / ");
  });
});

describe("drf-auth check", () => {
  const scratch = mkdtempSync(join(tmpdir(), "drf-auth-check-command-"));
  afterAll(() => rmSync(scratch, { recursive: true }));
  const environment = {
    DRF_AUTH_APP: "starter/app.ts",
    DATABASE_URL: `sqlite:${join(scratch, "db.sqlite3")}`,
    SECRET_KEY: key,
  };

  it("ends with 1 while the database lacks migrations, and says what to run", async () => {
    const { code, said } = await command(["check"], environment);
    expect(said).toContain("migration-pending\n  The database lacks words.0001_initial.\n  Run npx drf-auth migrate");
    expect(code).toBe(1);
  });

  it("ends with 0 when nothing is at the level that fails", async () => {
    await command(["migrate"], environment);
    expect(await command(["check"], environment)).toMatchObject({
      code: 0,
      said: expect.stringContaining("No problems"),
    });
    const deploy = await command(["check", "--deploy"], environment);
    expect(deploy.said).toContain("hosts-local");
    // Where this test runs is its machine's matter: the folder of its database may well be part of a container.
    expect(deploy.code).toBe(deploy.said.includes("error") ? 1 : 0);
    expect((await command(["check", "--deploy", "--fail-level", "warning"], environment)).code).toBe(1);
  });

  it("writes JSON for programs", async () => {
    const { said } = await command(["check", "--deploy", "--json"], { ...environment, ALLOWED_HOST: "x" });
    const found = JSON.parse(said) as readonly { readonly id: string }[];
    expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining(["variable", "hosts-local", "https"]));
  });

  it("refuses a level that is none", async () => {
    expect(await command(["check", "--fail-level", "eror"], environment)).toMatchObject({
      code: 78,
      complained: '--fail-level is "eror". Did you mean "error"?',
    });
  });
});
