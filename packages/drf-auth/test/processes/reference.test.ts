import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Application } from "../../src/application/index.ts";
import { throwaway } from "../../src/testing/index.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** The examples of every page of the reference, each a module of its own. */
const examples = globSync("docs/reference/*.md", { cwd: root }).flatMap((page) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""], index) => ({
    name: `${basename(page, ".md")}-${index + 1}.ts`,
    code,
  })),
);
/** What an example declares of a project's types holds in a program of its own. */
const declaring = examples.filter(({ code }) => code.includes("declare module"));
const programs = [examples.filter((example) => !declaring.includes(example)), ...declaring.map((one) => [one])].map(
  (own, index) => ({ file: `tsconfig-${index}.json`, include: own.map(({ name }) => name) }),
);
/** In the repository, so that `drf-auth` is found as it is in a project. */
const folder = mkdtempSync(join(root, ".examples-"));

beforeAll(() => {
  for (const { name, code } of examples) writeFileSync(join(folder, name), code);
  for (const { file, include } of programs)
    writeFileSync(join(folder, file), JSON.stringify({ extends: "../tsconfig.json", include }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the examples of docs/reference", () => {
  it("are there, on every page but that of the environment", () => {
    const pages = new Set(examples.map(({ name }) => name.replace(/-\d+\.ts$/, "")));
    const wanted = globSync("docs/reference/*.md", { cwd: root }).map((page) => basename(page, ".md"));
    expect([...pages, "environment"].toSorted()).toEqual(wanted.toSorted());
  });

  it.each(programs)("are accepted by TypeScript ($include.length of them)", ({ file }) => {
    const tsc = join(root, "node_modules/.bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", join(folder, file)], { encoding: "utf8" });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  });

  it.each(examples.map(({ name }) => name))("run: %s", async (name) => {
    const module = (await import(pathToFileURL(join(folder, name)).href)) as { readonly default?: unknown };
    expect(Object.keys(module)).not.toEqual([]);
    const { default: app } = module;
    if (!(app instanceof Application)) return;
    // An application is more than its parts: it is opened, and every route bound.
    const opened = await throwaway(app, { folder, environment: { SECRET_KEY: "s".repeat(50) } });
    await opened.close();
  });
});
