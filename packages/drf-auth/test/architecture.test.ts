import { globSync, readFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import configuration from "../../../vitest.config.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const source = "packages/drf-auth/src";

/** Files of more than 300 lines, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {
  "models/queries/query-set.ts":
    "one class with every method that users know; what they do stands in files of their own",
};

interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** The floors of a house: where each room is, and which arrows between rooms of one floor are named. */
interface House {
  readonly floorOf: ReadonlyMap<string, number>;
  readonly sideways: ReadonlySet<string>;
}

describe("the source keeps to docs/architecture.md", () => {
  const house = readHouse(readFileSync(`${root}docs/architecture.md`, "utf8"));
  const texts = sourceTexts();
  const arrows = arrowsOf(texts);

  it("has the rooms of the table, and the table has no others", () => {
    expect([...house.floorOf.keys()].toSorted()).toEqual([...new Set([...texts.keys()].map(roomOf))].toSorted());
  });

  it("imports between rooms go downward, or sideways where the table says so", () => {
    expect(wrongArrows(arrows, house)).toEqual([]);
  });

  it("every sideways arrow of the table is there in the source", () => {
    const drawn = new Set(arrows.map(({ from, to }) => `${roomOf(from)} → ${roomOf(to)}`));
    expect([...house.sideways].filter((arrow) => !drawn.has(arrow))).toEqual([]);
  });

  it("rooms are entered by their door", () => {
    expect(besideDoors(arrows, texts)).toEqual([]);
  });

  it("files import each other in no circle, types included", () => {
    expect(findCircle(arrows)).toEqual([]);
  });

  it("every import of an own file leads to a file", () => {
    expect(arrows.filter(({ to }) => !texts.has(to))).toEqual([]);
  });

  it("no door says export *", () => {
    expect([...texts].filter(([, text]) => exportsAll(text)).map(([file]) => file)).toEqual([]);
  });

  it("files of more than 300 lines are those that have a reason", () => {
    const long = [...texts].filter(([, text]) => text.trimEnd().split("\n").length > 300).map(([file]) => file);
    expect(long).toEqual(Object.keys(longFiles));
  });

  it("every test that asks on which database it runs, runs on PostgreSQL", () => {
    const projects = configuration.test?.projects as readonly {
      readonly test: { readonly include: readonly string[] };
    }[];
    const included = new Set(globSync([...(projects[1]?.test.include ?? [])], { cwd: root }));
    const asking = globSync("packages/*/test/**/*.test.ts", { cwd: root, exclude: ["**/test/full/**"] }).filter(
      (file) => /import .*\bisOnPostgresql\b|\btestDatabase\(/.test(readFileSync(root + file, "utf8")),
    );
    expect(asking.length).toBeGreaterThan(5);
    expect(asking.filter((file) => !included.has(file))).toEqual([]);
  });

  it("no folder is named after nothing", () => {
    const folders = globSync(["packages/**/*.ts", "starter/**/*.ts", "bench/**/*.ts"], {
      cwd: root,
      exclude: ["**/node_modules/**"],
    })
      // A folder of type tests is named after what it tests.
      .map((file) => dirname(file).replace(/^packages\/drf-auth\/test\/types$/, ""));
    const nameless = /(^|\/)(utils?|core|common|helpers?|types|lib|shared)(\/|$)/;
    expect([...new Set(folders)].filter((folder) => nameless.test(folder))).toEqual([]);
  });
});

describe("the checks above find", () => {
  const house = readHouse(
    "| floor | rooms | and beside it |\n|---|---|---|\n| 1 up | a, b | a → b |\n| 0 down | c | none |\n",
  );
  const planted = (from: string, text: string) => arrowsOf(new Map([[from, text]]));

  it.each([
    ["an arrow upward", "c/one.ts", 'import type { A } from "../a/index.ts";'],
    ["an arrow sideways that is not named", "b/one.ts", 'export { A } from "../a/index.ts";'],
    ["an import type upward", "c/one.ts", 'type A = import("../a/index.ts").A;'],
    ["an import for its effect", "c.ts", 'import "./a.ts";'],
  ])("%s", (_name, file, text) => {
    expect(wrongArrows(planted(file, text), house)).toHaveLength(1);
  });

  it("nothing in arrows that are downward or named", () => {
    expect(
      wrongArrows(planted("a/one.ts", 'import { B } from "../b/index.ts"; import { c } from "../c.ts";'), house),
    ).toEqual([]);
  });

  it("a circle of types", () => {
    const texts = new Map([
      ["a/one.ts", 'import { two } from "./two.ts";'],
      ["a/two.ts", 'import type { One } from "./one.ts";'],
    ]);
    expect(findCircle(arrowsOf(texts))).toEqual(["a/one.ts", "a/two.ts", "a/one.ts"]);
  });

  it("an import past a door", () => {
    const texts = new Map([
      ["a/one.ts", 'import { two } from "../b/two.ts";'],
      ["b/index.ts", ""],
      ["b/two.ts", ""],
    ]);
    expect(besideDoors(arrowsOf(texts), texts)).toEqual(["a/one.ts → b/two.ts"]);
  });

  it("a door that re-exports everything", () => {
    expect(exportsAll('export * from "./a.ts";')).toBe(true);
    expect(exportsAll('export * as a from "./a.ts";')).toBe(true);
  });
});

function sourceTexts(): ReadonlyMap<string, string> {
  const files = globSync("**/*.ts", { cwd: root + source }).toSorted();
  return new Map(files.map((file) => [file, readFileSync(`${root}${source}/${file}`, "utf8")]));
}

/** The folder, or the file that is a room by itself. */
function roomOf(file: string): string {
  return file.replace(/(\.ts|\/.*)$/, "");
}

function arrowsOf(texts: ReadonlyMap<string, string>): readonly Arrow[] {
  return [...texts].flatMap(([from, text]) =>
    [...text.matchAll(/\b(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g)].map(([, to = ""]) => ({
      from,
      to: posix.join(dirname(from), to),
    })),
  );
}

function readHouse(page: string): House {
  const [, rows = ""] = page.split(/^\| floor \| rooms \| and beside it \|\n\|[-|]+\|\n/m);
  const floorOf = new Map<string, number>();
  const sideways = new Set<string>();
  for (const [, floor, rooms = "", beside = ""] of rows
    .split("\n\n", 1)[0]
    ?.matchAll(/^\| (\d) [^|]+\|([^|]+)\|([^|]+)\|$/gm) ?? []) {
    for (const room of names(rooms)) floorOf.set(room, Number(floor));
    for (const part of beside.split(";")) {
      const [from = "", to] = part.split("→");
      if (to !== undefined) for (const room of names(from)) sideways.add(`${room} → ${to.trim()}`);
    }
  }
  return { floorOf, sideways };
}

function names(cell: string): readonly string[] {
  return cell.split(",").map((name) => name.trim());
}

function wrongArrows(arrows: readonly Arrow[], { floorOf, sideways }: House): readonly string[] {
  return arrows.flatMap(({ from, to }) => {
    const [own, other] = [roomOf(from), roomOf(to)];
    const isDown = (floorOf.get(own) ?? -1) > (floorOf.get(other) ?? Infinity);
    return own === other || isDown || sideways.has(`${own} → ${other}`) ? [] : [`${from} → ${to}`];
  });
}

/** A room that is one file is its own door. */
function besideDoors(arrows: readonly Arrow[], texts: ReadonlyMap<string, string>): readonly string[] {
  return arrows.flatMap(({ from, to }) => {
    const door = `${roomOf(to)}/index.ts`;
    return roomOf(from) === roomOf(to) || !texts.has(door) || to === door ? [] : [`${from} → ${to}`];
  });
}

/** The first circle that is found, from a file back to itself; empty when there is none. */
function findCircle(arrows: readonly Arrow[]): readonly string[] {
  const next = Map.groupBy(arrows, ({ from }) => from);
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): readonly string[] => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const { to } of next.get(file) ?? []) {
      const circle = visit(to, [...way, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of next.keys()) {
    const circle = visit(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

function exportsAll(text: string): boolean {
  return /^\s*export\s+(type\s+)?\*/m.test(text);
}
