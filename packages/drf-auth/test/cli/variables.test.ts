import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { misspelt, variables } from "../../src/cli/variables.ts";
import { root } from "../processes/running.ts";

describe("the variables", () => {
  it("are those of the page that documents them", () => {
    const page = readFileSync(join(root, "docs/reference/environment.md"), "utf8");
    const documented = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    expect(documented.toSorted()).toEqual(variables.toSorted());
  });

  it("are all that the source reads", () => {
    const read = globSync("packages/drf-auth/src/**/*.ts", { cwd: root }).flatMap((path) => {
      const source = readFileSync(join(root, path), "utf8");
      const names = [...source.matchAll(/environment\["([A-Z_]+)"\]|(?:environment|process\.env), "([A-Z_]+)"/g)];
      return names.map(([, one, other]) => one ?? other);
    });
    expect(read.length).toBeGreaterThan(10);
    expect([...new Set(read)].filter((name) => !variables.includes(name ?? ""))).toEqual([]);
  });
});

it.each([
  [{ ALLOWED_HOST: "x" }, [{ name: "ALLOWED_HOST", guess: "ALLOWED_HOSTS" }]],
  [
    { DATABASE_URI: "x", SECRETKEY: "y" },
    [
      { name: "DATABASE_URI", guess: "DATABASE_URL" },
      { name: "SECRETKEY", guess: "SECRET_KEY" },
    ],
  ],
  [{ DATABASE_URL: "x", HOSTNAME: "x", PATH: "x", DOCKER_HOST: "x", NODE_ENV: "x", HOSTS: "x" }, []],
])("of %o the misspelt variables are %o", (environment, expected) => {
  expect(misspelt(environment)).toEqual(expected);
});
