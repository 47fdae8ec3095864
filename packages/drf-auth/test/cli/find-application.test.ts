import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findApplication, loadApplication } from "../../src/cli/find-application.ts";
import { ImproperlyConfigured } from "../../src/errors.ts";
import { root, scratchFolder } from "../processes/running.ts";

const scratch = scratchFolder();
const project = join(scratch.path, "project");
const inner = join(project, "packages", "inner", "deep");

beforeAll(() => {
  mkdirSync(inner, { recursive: true });
  for (const name of ["app.ts", "other.ts"]) writeFileSync(join(project, name), "export default 1;\n");
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", "drf-auth": { app: "app.ts" } }));
  writeFileSync(join(project, "packages", "inner", "package.json"), JSON.stringify({ name: "inner" }));
});

afterAll(() => scratch.remove());

const find = (given: { app?: string; named?: string; from?: string }) =>
  findApplication({
    app: given.app,
    environment: given.named === undefined ? {} : { DRF_AUTH_APP: given.named },
    currentFolder: given.from ?? project,
  });

describe("finding the application", () => {
  it.each([
    { what: "--app before all else", given: { app: "other.ts", named: "app.ts" }, file: "other.ts" },
    { what: "DRF_AUTH_APP before package.json", given: { named: "other.ts" }, file: "other.ts" },
    { what: "package.json of the folder", given: {}, file: "app.ts" },
    { what: "the nearest package.json that names one, above", given: { from: inner }, file: "app.ts" },
    { what: "package.json where DRF_AUTH_APP is empty", given: { named: "" }, file: "app.ts" },
  ])("takes $what", ({ given, file }) => {
    expect(find(given)).toEqual({ path: join(project, file), folder: project });
  });

  it("leads from the root of this repository, and from the starter, to the starter", () => {
    const starter = join(root, "starter");
    for (const from of [root, starter])
      expect(find({ from })).toEqual({ path: join(starter, "app.ts"), folder: starter });
  });

  it.each([
    {
      what: "a file that is not there",
      given: { app: "gone.ts" },
      says: /--app names .*gone\.ts, and there is no such file/,
    },
    {
      what: "no package.json that names one",
      given: { from: scratch.path },
      says: /Run this inside a project, or say where it is: --app/,
    },
  ])("says what to do about $what", ({ given, says }) => {
    expect(() => find(given)).toThrow(ImproperlyConfigured);
    expect(() => find(given)).toThrow(says);
  });

  it("says when package.json cannot be read", () => {
    const folder = join(scratch.path, "broken");
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), "{");
    expect(() => find({ from: folder })).toThrow(/package\.json cannot be read/);
  });

  it("says when the file exports no application", async () => {
    await expect(loadApplication(find({}))).rejects.toThrow(
      /exports no application: write `export default application/,
    );
  });

  it("tells a file that fails to load from one that is misconfigured", async () => {
    const path = join(project, "fails.ts");
    writeFileSync(path, 'throw new Error("broken on purpose");\n');
    await expect(loadApplication({ path, folder: project })).rejects.toMatchObject({
      exitCode: 4,
      cause: { message: "broken on purpose" },
    });
  });
});
