import { once } from "node:events";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RawClient } from "../server/raw-client.ts";
import { finish, freePort, root, type Running, scratchFolder, startUntil } from "./running.ts";

const program = join(root, "node_modules", ".bin", "drf-auth");
const scratch = scratchFolder();
const answerFile = join(scratch.path, "answers", "answer.ts");

const app = (more = ""): string => `
import { allowAny, application, path, view } from "drf-auth";
import { answer } from "./answers/answer.ts";
${more}
export default application({
  settings: { permissions: [allowAny] },
  models: [],
  routes: [
    path("", view({ name: "Answer", get: () => ({ answer, pid: process.pid }) })),
    path("fault/", view({ name: "Fault", get: () => { throw new Error("a fault of mine"); } })),
    path("crash/", view({ name: "Crash", get: () => { setImmediate(() => { throw new Error("a crash of mine"); }); return {}; } })),
  ],
});
`;
const writeAnswer = (answer: string): void => writeFileSync(answerFile, `export const answer = ${answer};\n`);

let server: Running;
let port: number;
const get = (accept = "application/json", path = "/"): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: { Accept: accept, Connection: "close" } });
const answer = async (): Promise<unknown> => ((await (await get()).json()) as { answer?: unknown }).answer;
const pid = async (): Promise<number> => ((await (await get()).json()) as { pid: number }).pid;

beforeAll(async () => {
  mkdirSync(join(scratch.path, "node_modules"));
  symlinkSync(join(root, "packages", "drf-auth"), join(scratch.path, "node_modules", "drf-auth"));
  writeFileSync(join(scratch.path, "package.json"), '{ "type": "module", "drf-auth": { "app": "app.ts" } }');
  writeFileSync(join(scratch.path, "app.ts"), app());
  mkdirSync(join(scratch.path, "answers"));
  writeAnswer('"one"');
  port = await freePort();
  server = await startUntil("Ready after", program, ["dev", "--port", String(port)], { cwd: scratch.path });
});

afterAll(async () => {
  await server.stop();
  scratch.remove();
});

describe("drf-auth dev", () => {
  it("says where it serves what, and brings the database up to date first", async () => {
    expect(server.output()).toContain(`http://127.0.0.1:${port}/`);
    expect(server.output()).toContain(`watches   ${scratch.path}`);
    expect(server.output()).toContain("Making Django's tables of auth");
    expect(await answer()).toBe("one");
  });

  it("answers anew after a change, and says what changed; who asks meanwhile waits", async () => {
    const before = await pid();
    writeAnswer('"two"');
    const answers: unknown[] = [];
    while (answers.at(-1) !== "two") answers.push(await answer());
    expect(new Set(answers)).toEqual(new Set(["one", "two"]));
    expect(await pid()).not.toBe(before);
    expect(server.output()).toContain(`${join("answers", "answer.ts")} changed: starting again.`);
  });

  it("answers with the error while the application cannot be loaded", async () => {
    writeAnswer("oh dear");
    await expect.poll(async () => (await get()).status, { interval: 20, timeout: 5000 }).toBe(500);
    const response = await get("text/html");
    const page = await response.text();
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(page).toContain("The application could not be started");
    expect(page).toContain("oh dear");
    const { detail, trace } = (await (await get()).json()) as { detail: string; trace: string[] };
    expect(detail).toBe("The application could not be started.");
    expect(trace.join("\n")).toContain("app.ts could not be loaded.");
  });

  it.each([
    [
      "is misconfigured",
      "application({ settings: { alowedHosts: [] } as never, models: [], routes: [] });",
      "allowedHosts",
    ],
    ["throws while it is loaded", 'throw new Error("not today");', "not today"],
    ["ends its own process", "process.exit(7);", "exit code 7"],
  ])("shows why where the application %s", async (_what, code, shown) => {
    writeAnswer('"three"');
    writeFileSync(join(scratch.path, "app.ts"), app(code));
    await expect.poll(async () => (await get()).text(), { interval: 20, timeout: 5000 }).toContain(shown);
  });

  it("answers again once it is mended", async () => {
    writeFileSync(join(scratch.path, "app.ts"), app());
    await expect.poll(answer, { interval: 20, timeout: 5000 }).toBe("three");
  });

  it("runs in development: the answer to a fault shows it", async () => {
    const response = await get("application/json", "/fault/");
    expect(response.status).toBe(500);
    expect(await response.text()).toContain("a fault of mine");
  });

  it("shows what a running application died of", async () => {
    expect((await get("application/json", "/crash/")).status).toBe(200);
    await expect.poll(async () => (await get()).text(), { interval: 20, timeout: 10_000 }).toContain("a crash of mine");
    // Saving again, even unchanged, is how to say "once more".
    writeAnswer('"three"');
    await expect.poll(answer, { interval: 20, timeout: 5000 }).toBe("three");
  });

  it("leaves alone what is no source: the database, node_modules, folders that begin with a dot", async () => {
    const before = await pid();
    for (const folder of [".cache", join("node_modules", "other")]) {
      mkdirSync(join(scratch.path, folder));
      writeFileSync(join(scratch.path, folder, "file.ts"), "");
    }
    writeFileSync(join(scratch.path, "notes.md"), "");
    await sleep(300);
    expect(await pid()).toBe(before);
  });

  it("ends with 0 while connections are open, and leaves no process", async () => {
    const idle = await RawClient.connect(port);
    idle.get("/");
    await idle.until('"answer"');
    const silent = await RawClient.connect(port);
    // Which resolves once every process that holds its output has ended.
    expect(await server.stop()).toBe(0);
    await Promise.all([idle.closed(), silent.closed()]);
    await expect(get()).rejects.toThrow("fetch failed");
  });
});

describe("drf-auth dev", () => {
  const starting = (more: readonly string[] = [], until = "Ready after"): Promise<Running> =>
    startUntil(until, program, ["dev", "--port", "0", ...more], { cwd: scratch.path });

  it("ends with 0 by INT and by TERM while the application still starts", async () => {
    const code = 'console.log("loading"); await new Promise(() => setInterval(() => {}, 1000));';
    writeFileSync(join(scratch.path, "app.ts"), app(code));
    const [one, other] = await Promise.all([starting([], "loading"), starting([], "loading")]);
    one.process.kill("SIGINT");
    expect(await Promise.all([once(one.process, "close"), other.stop()])).toEqual([[0, null], 0]);
    writeFileSync(join(scratch.path, "app.ts"), app());
  });

  it("leaves the database alone where that is wanted; killed, it leaves no application behind", async () => {
    rmSync(join(scratch.path, "db.sqlite3"));
    const killed = await starting(["--no-migrate"]);
    expect(killed.output()).not.toContain("Making");
    killed.process.kill("SIGKILL");
    expect(await killed.stop()).toBeNull();
  });

  it("ends with 1 where its port is taken, and with 78 where there is no application", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const taken = String((other.address() as AddressInfo).port);
    const [first, second] = await Promise.all(
      [
        ["--port", taken],
        ["--app", "nowhere.ts", "--port", "0"],
      ].map((words) => finish(program, ["dev", ...words], { cwd: scratch.path })),
    );
    expect(first).toMatchObject({ code: 1, errors: expect.stringContaining(`Port ${taken} on 127.0.0.1 cannot be`) });
    expect(second).toMatchObject({ code: 78, errors: expect.stringContaining("nowhere.ts") });
    other.close();
  });
});
