import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");

interface Manifest {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const manifest = (file: string): Manifest => JSON.parse(read(file)) as Manifest;

describe("docs/dependencies.md", () => {
  const page = read("docs/dependencies.md");
  const workspaces = manifest("package.json").workspaces ?? [];
  const manifests = ["package.json", ...workspaces.map((folder) => join(folder, "package.json"))].map(manifest);
  const own = new Set(manifests.map(({ name }) => name));
  const rows = [...page.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm)].map(([, name = "", cells = ""]) => ({ name, cells }));

  it("has a row for every package that a package.json names, and for no other", () => {
    const used = manifests
      .flatMap(({ dependencies, devDependencies, optionalDependencies, peerDependencies }) =>
        Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies }),
      )
      .filter((name) => !own.has(name));
    expect(rows.map(({ name }) => name).toSorted()).toEqual([...new Set(used)].toSorted());
  });

  it("lists what is installed with the framework under run time, and nothing else", () => {
    const [, atRunTime = ""] = /^## At run time\n([\s\S]*?)^## /m.exec(page) ?? [];
    const listed = rows.filter(({ name }) => atRunTime.includes(`| \`${name}\` |`)).map(({ name }) => name);
    expect(listed.toSorted()).toEqual(
      Object.keys(manifest("packages/drf-auth/package.json").dependencies ?? {}).toSorted(),
    );
  });

  it("says of each what for, why and what would replace it", () => {
    expect(rows.filter(({ cells }) => cells.split("|").filter((cell) => cell.trim() !== "").length !== 3)).toEqual([]);
  });
});

describe("the written pages", () => {
  const pages = globSync(["*.md", "docs/**/*.md"], { cwd: root }).toSorted();

  it.each(pages)("every link of %s to a file leads to one", (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#]+)[^)]*\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });

  it("every file that docs/architecture.md names is there", () => {
    const named = [...read("docs/architecture.md").matchAll(/`([a-z-]+\/[\w./-]+|[a-z-]+\.ts)`/g)].map(
      ([, file = ""]) => file,
    );
    const places = ["packages/drf-auth/src", "packages/drf-auth", ""];
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((file) => !places.some((place) => existsSync(join(root, place, file))))).toEqual([]);
  });

  it("a decision is a numbered page of context, choice and price, in at most 40 lines", () => {
    const decisions = globSync("docs/decisions/*.md", { cwd: root }).toSorted();
    const isWhole = (file: string): boolean => {
      const text = read(file);
      const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
      return (
        /\/\d{4}-[a-z0-9-]+\.md$/.test(file) &&
        text.trimEnd().split("\n").length <= 40 &&
        headings.join() === "Context,Choice,Price"
      );
    };
    expect(decisions.filter((file) => !isWhole(file))).toEqual([]);
    expect(new Set(decisions.map((file) => /\d{4}/.exec(file)?.[0])).size).toBe(decisions.length);
  });
});
