import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finish, freePort, pathWith, root, type Running, scratchFolder, startUntil } from "./running.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
const blockWith = (text: string): string => {
  const found = blocks.find((block) => block.includes(text));
  if (found === undefined) throw new Error(`README.md has no command with "${text}".`);
  return found;
};

const scratch = scratchFolder();
let port: number;
let server: Running;
let env: Record<string, string>;

/** Runs a documented block as it stands, but for the port, which is this test's own. */
function run(block: string) {
  return finish("sh", ["-euc", block.replaceAll(":8000", `:${port}`)], { env });
}

beforeAll(async () => {
  port = await freePort();
  // HTTPie is used where it is installed; a reading of its request items stands in where it is not.
  const inPlace = join(scratch.path, "http");
  const httpie = spawnSync("sh", ["-c", "command -v http"], { encoding: "utf8" }).stdout.trim();
  if (httpie === "") copyFileSync(fileURLToPath(new URL("fixtures/http.mjs", import.meta.url)), inPlace);
  // Without a terminal it would wait for a body on standard input.
  else writeFileSync(inPlace, `#!/bin/sh\nexec "${httpie}" --ignore-stdin "$@"\n`);
  chmodSync(inPlace, 0o755);
  env = {
    PATH: pathWith(scratch.path),
    PORT: String(port),
    DATABASE_URL: `sqlite:${join(scratch.path, "readme.sqlite3")}`,
  };
  server = await startUntil("Stop it with", "npm", ["start"], { env });
});

afterAll(async () => {
  await server.stop();
  scratch.remove();
});

describe("the README", () => {
  it("has two commands, one that runs it and one that tests it, which are the scripts of the package", () => {
    expect(blocks).toContain("npm ci && npm start\n");
    expect(blocks).toContain("npm ci && npm test\n");
    expect(readFileSync(join(root, ".ci", "run"), "utf8")).toContain("npm ci && npm test");
  });

  it("starts a server that says what it serves, where, on which database, with how many workers, and what to do first", () => {
    const output = server.output();
    expect(output).toContain(`http://127.0.0.1:${port}/`);
    expect(output).toContain(join("starter", "app.ts"));
    expect(output).toContain("readme.sqlite3");
    expect(output).toMatch(/workers +1/);
    expect(output).toContain("npx drf-auth createsuperuser");
  });

  it("makes a superuser beside the running server", async () => {
    const { code, output, errors } = await run(blockWith("createsuperuser"));
    expect(errors).not.toContain("Error");
    expect(output).toContain('Superuser "ada" was made');
    expect(code).toBe(0);
  });

  it("obtains a token, creates a word and lists words with curl", async () => {
    const { code, output } = await run(blockWith("curl"));
    expect(code).toBe(0);
    expect(output).toContain('"text":"fond","synonym":"enamored","antonym":"averse"');
    expect(output.split('{"count":1,"next":null,"previous":null,"results":[{"id":1').length).toBe(4);
  });

  it("does the same with HTTPie, and joins two maps", async () => {
    const { code, output, errors } = await run(blockWith("http POST"));
    expect(errors).toBe("");
    expect(code).toBe(0);
    expect(output).toContain('"text":"wrath"');
    expect(output).toContain('"count":2');
    expect(output).toContain('[["fond","enamored","averse"],["garb","outfit",null]]');
  });

  it("finds no changes to migrate, and prints a secret key", async () => {
    const migrations = await run(blockWith("makemigrations"));
    expect(migrations.output).toContain("No changes detected.");
    expect(migrations.output).toContain("No migrations to apply.");
    const secret = await run(blockWith("drf-auth secret"));
    expect(secret.output.trim()).toMatch(/^[\w-]{64}$/);
  });

  it("prepares what production needs, and checks it", async () => {
    const { code, output } = await run(blockWith("collectstatic"));
    rmSync(join(root, "starter/staticfiles"), { recursive: true });
    expect(output).toContain("No problems found");
    expect(code).toBe(0);
  });

  const rows = [...readme.matchAll(/^\| ([A-Z]+) \| `([^`]+)` \| (\S+) \| (.+) \| (.+) \| (yes|no|depends) \|$/gm)].map(
    ([, method = "", path = "", name = "", authentication = "", permissions = "", tokenRequired = ""]) => ({
      method,
      path,
      name: name === "–" ? "" : name.replaceAll("`", ""),
      authentication: authentication === "–" ? [] : authentication.split(", "),
      permissions: permissions === "–" ? [] : permissions.split(", "),
      tokenRequired,
    }),
  );

  it("has the table of the routes that drf-auth routes prints", async () => {
    const { code, output } = await finish("npx", ["drf-auth", "routes", "--json"], { env });
    expect(code).toBe(0);
    expect(rows).toEqual(JSON.parse(output));
    expect((await run(blockWith("drf-auth routes"))).output).toContain("/api/v1/words/:pk/swap/");
  });

  it.each(rows.filter(({ path }) => !path.startsWith("/api-auth/")))(
    "is right about $method $path: token required $tokenRequired",
    async ({ method, path, tokenRequired }) => {
      const address = `http://127.0.0.1:${port}${path.replace(":pk", "1")}`;
      const response = await fetch(address, { method, redirect: "manual" });
      const text = await response.text();
      expect(text.includes("Authentication credentials were not provided.")).toBe(tokenRequired === "yes");
      expect(response.headers.get("allow")).toContain(method);
    },
  );
});
