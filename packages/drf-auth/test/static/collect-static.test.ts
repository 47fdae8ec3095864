import { createHash } from "node:crypto";
import { globSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { collectStatic, findUncollected, type StaticSettings } from "../../src/static/index.ts";
import { type StaticProject, staticProject } from "./folders.ts";

const made: StaticProject[] = [];
afterEach(() => made.splice(0).forEach((project) => project.remove()));

function project(files: Readonly<Record<string, string | Buffer>>, settings: Partial<StaticSettings> = {}) {
  const one = staticProject(files, settings);
  made.push(one);
  return one;
}

async function collected({ places }: StaticProject, options: { isDryRun?: boolean; isCleared?: boolean } = {}) {
  const notes: string[] = [];
  const note = (line: string) => void notes.push(line);
  const result = await collectStatic({ places, assets: [], isDryRun: false, isCleared: false, ...options, note });
  return { ...result, notes };
}

const inRoot = ({ places }: StaticProject) => globSync("**/*.*", { cwd: places.root }).toSorted();
const digits = (content: string) => createHash("sha256").update(content).digest("hex").slice(0, 12);
const long = "a { color: rebeccapurple }\n".repeat(40);

describe("collecting", () => {
  it("names files by their content and keeps what compresses beside them", async () => {
    const noise = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * index * 31 + (index >> 3)) & 255));
    const one = project({ "static/css/app.css": long, "static/logo.png": noise, "static/tiny.txt": "a" });
    const { files, notes } = await collected(one);
    const app = `css/app.${digits(long)}.css`;
    expect(inRoot(one)).toEqual(
      [app, `${app}.br`, `${app}.gz`, files[1]?.hashedName, `tiny.${digits("a")}.txt`, "staticfiles.json"].toSorted(),
    );
    const read = (name: string) => readFileSync(join(one.places.root, name));
    expect(read(app).toString()).toBe(long);
    expect(brotliDecompressSync(read(`${app}.br`)).toString()).toBe(long);
    expect(gunzipSync(read(`${app}.gz`)).toString()).toBe(long);
    expect(files.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "css/app.css text/css; charset=utf-8",
      "logo.png image/png",
      "tiny.txt text/plain; charset=utf-8",
    ]);
    expect(notes).toEqual([]);
  });

  it("gives the same bytes from the same files, whenever and wherever", async () => {
    const files = { "static/b.css": `@import "a.css";${long}`, "static/a.css": long, "static/c.js": long };
    const [one, two] = [project(files), project(files)];
    await collected(one);
    await collected(two);
    expect(inRoot(one)).toEqual(inRoot(two));
    for (const name of inRoot(one)) {
      expect(readFileSync(join(one.places.root, name)).equals(readFileSync(join(two.places.root, name)))).toBe(true);
    }
  });

  it("writes hashed names into stylesheets, those that are imported first", async () => {
    const one = project({
      "static/css/app.css": [
        '@import "base.css" screen;',
        "@import url(../vendor/x.css);",
        "a { background: url(../img/a%20b.png#part) }",
        "b { background: url('/static/img/a b.png?x') }",
        "c { background: url(data:image/png;base64,AAAA) url(//cdn.example/a.png) url(https://x.example/y) url(#z) }",
        "d { background: url(/media/of-someone-else.png) }",
      ].join("\n"),
      "static/css/base.css": "a{}",
      "static/vendor/x.css": "b{}",
      "static/img/a b.png": "picture",
    });
    const { files } = await collected(one);
    const app = files.find(({ name }) => name === "css/app.css")?.hashedName ?? "";
    const picture = `a%20b.${digits("picture")}.png`;
    expect(readFileSync(join(one.places.root, app), "utf8").split("\n")).toEqual([
      `@import "base.${digits("a{}")}.css" screen;`,
      `@import url("../vendor/x.${digits("b{}")}.css");`,
      `a { background: url("../img/${picture}#part") }`,
      `b { background: url("/static/img/${picture}?x") }`,
      "c { background: url(data:image/png;base64,AAAA) url(//cdn.example/a.png) url(https://x.example/y) url(#z) }",
      "d { background: url(/media/of-someone-else.png) }",
    ]);
  });

  it("gives a stylesheet another name when only what it refers to has changed", async () => {
    const one = project({ "static/a.css": '@import "b.css";', "static/b.css": "a{b:url(c.png)}", "static/c.png": "1" });
    const nameOf = async () => (await collected(one)).files.find(({ name }) => name === "a.css")?.hashedName;
    const before = await nameOf();
    one.write({ "static/c.png": "2" });
    expect(await nameOf()).not.toBe(before);
  });

  it.each([
    [{ "static/css/a.css": "a{}\n\nb{background:url(../no.png)}" }, "static/css/a.css:3: there is no file no.png"],
    [{ "static/a.css": "a{background:url(../../etc/passwd)}" }, "static/a.css:1: there is no file ../../etc/passwd"],
    [
      { "static/a.css": '\n@import "b.css";', "static/b.css": '@import "a.css";' },
      "static/a.css:2 → static/b.css:1 → a.css: stylesheets import each other in a circle",
    ],
    [{ "static/a.css": '@import "a.css";' }, "static/a.css:1 → a.css: stylesheets import each other in a circle"],
  ])("says file and line of what refers wrongly, and changes nothing: %j", async (files, message) => {
    const one = project(files as Record<string, string>);
    await expect(collected(one)).rejects.toThrow(message);
    await expect(collected(one)).rejects.toMatchObject({ exitCode: 78 });
    expect(inRoot(one)).not.toContain("staticfiles.json");
  });

  it("tells all that is wrong at once", async () => {
    const one = project({ "static/a.css": "a{b:url(x.png)}\nc{d:url(y.png)}" });
    await expect(collected(one)).rejects.toThrow(/a\.css:1: .*x\.png[^]*a\.css:2: .*y\.png/);
  });

  it("leads a script and a stylesheet to their maps, and leaves the comment out where there is none", async () => {
    const one = project({
      "static/a.js": "1;\n//# sourceMappingURL=a.js.map\n",
      "static/a.js.map": "{}",
      "static/b.js": "2; // ünïcode\n//# sourceMappingURL=b.js.map",
      "static/c.js": 'const text = "\\\n//# sourceMappingURL=c.js.map";\nuse(text);',
      "static/d.css": "a{}\n/*# sourceMappingURL=d.css.map */",
      "static/e.js": "3;\n//# sourceMappingURL=data:application/json,{}",
    });
    const { files, notes } = await collected(one);
    const text = (of: string) =>
      readFileSync(join(one.places.root, files.find(({ name }) => name === of)?.hashedName ?? ""), "utf8");
    expect(text("a.js")).toBe(`1;\n//# sourceMappingURL=a.js.${digits("{}")}.map\n`);
    expect(text("b.js")).toBe("2; // ünïcode\n");
    expect(text("c.js")).toContain("sourceMappingURL=c.js.map");
    expect(text("d.css")).toBe("a{}\n");
    expect(text("e.js")).toContain("sourceMappingURL=data:application/json,{}");
    expect(notes).toEqual([
      "static/b.js: there is no source map b.js.map; the comment that names it is left out.",
      "static/d.css:2: there is no source map d.css.map; the comment is left out.",
    ]);
  });

  it("takes the later folder's file and says so", async () => {
    const one = project({ "one/a.txt": "1", "two/a.txt": "2" }, { folders: ["one", "two"] });
    const { files, notes } = await collected(one);
    expect(files.map(({ hashedName }) => hashedName)).toEqual([`a.${digits("2")}.txt`]);
    expect(notes).toEqual(["two/a.txt is taken instead of one/a.txt."]);
  });

  it("leaves out what begins with a dot and links that lead elsewhere, and says so", async () => {
    const one = project({
      "secret.txt": "hidden",
      "elsewhere/a.txt": "hidden",
      "static/.env": "hidden",
      "static/.git/config": "hidden",
      "static/.well-known/security.txt": "seen",
      "static/real.txt": "seen",
      "static-private/a.txt": "hidden",
    });
    const inside = (name: string) => join(one.path, "static", name);
    symlinkSync("../secret.txt", inside("stolen.txt"));
    symlinkSync("../static-private/a.txt", inside("sibling.txt"));
    symlinkSync("../elsewhere", inside("folder"));
    symlinkSync("nowhere", inside("broken.txt"));
    symlinkSync("real.txt", inside("alias.txt"));
    const { files, notes } = await collected(one);
    expect(files.map(({ name }) => name)).toEqual([".well-known/security.txt", "alias.txt", "real.txt"]);
    expect(notes.map((note) => note.split(" is left out")[0])).toEqual([
      "static/.env",
      "static/.git",
      "static/broken.txt",
      "static/folder",
      "static/sibling.txt",
      "static/stolen.txt",
    ]);
  });

  it("of a folder that is named and not there is an error; of the usual one it is not", async () => {
    expect((await collected(project({}))).files).toEqual([]);
    await expect(collected(project({}, { folders: ["assets"] }))).rejects.toThrow(/"assets", and there is no folder/);
  });
});

describe("collecting again", () => {
  it("compresses and writes what has changed alone, and mends what was spoilt", async () => {
    const one = project({ "static/a.css": long, "static/b.css": `${long}b{}` });
    const first = await collected(one);
    expect(first.added.map(({ name }) => name)).toEqual(["a.css", "b.css"]);
    const kept = join(one.places.root, `${first.files[0]?.hashedName}.br`);
    utimesSync(kept, 1, 1);
    one.write({ "static/b.css": `${long}c{}` });
    expect((await collected(one)).added.map(({ name }) => name)).toEqual(["b.css"]);
    expect(statSync(kept).mtimeMs).toBe(1000);
    writeFileSync(kept, "spoilt");
    expect((await collected(one)).added.map(({ name }) => name)).toEqual(["a.css"]);
    expect(brotliDecompressSync(readFileSync(kept)).toString()).toBe(long);
  });

  it("keeps what earlier builds left, until it is cleared; what is not its own it never touches", async () => {
    const one = project({ "static/css/a.css": long, "static/b.txt": "b" });
    await collected(one);
    mkdirSync(join(one.places.root, "uploads"));
    writeFileSync(join(one.places.root, "uploads", "mine.txt"), "mine");
    one.write({ "static/css/a.css": `${long}a{}` });
    const second = await collected(one);
    expect(second.manifest?.older.map(({ name }) => name)).toEqual(["css/a.css"]);
    const cleared = await collected(one, { isCleared: true });
    expect(cleared).toMatchObject({ removed: 1, added: [], manifest: { older: [] } });
    expect(inRoot(one)).toEqual(
      [
        `b.${digits("b")}.txt`,
        ...["", ".br", ".gz"].map((end) => `css/a.${digits(`${long}a{}`)}.css${end}`),
        "staticfiles.json",
        "uploads/mine.txt",
      ].toSorted(),
    );
  });

  it("writes nothing in a dry run", async () => {
    const one = project({ "static/a.txt": "a" });
    expect((await collected(one, { isDryRun: true })).added.map(({ name }) => name)).toEqual(["a.txt"]);
    expect(inRoot(one)).toEqual([]);
    await collected(one);
    expect((await collected(one, { isDryRun: true })).added).toEqual([]);
  });

  it.each([
    "{",
    "{}",
    '{"version":2,"files":[],"older":[]}',
    "[]",
    manifestOf("../../etc/passwd"),
    manifestOf("/etc/x"),
  ])("refuses the manifest %s", async (text) => {
    const one = project({ "static/a.txt": "a", "staticfiles/staticfiles.json": text });
    await expect(collected(one)).rejects.toMatchObject({ exitCode: 78 });
  });

  it("knows what was written since", async () => {
    const one = project({ "static/a.txt": "a" });
    expect(await findUncollected(one.places)).toEqual(["static/a.txt"]);
    await collected(one);
    expect(await findUncollected(one.places)).toEqual([]);
    one.write({ "static/b.txt": "b" });
    linkSync(join(one.path, "static/a.txt"), join(one.path, "static/c.txt"));
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(one.path, "static/a.txt"), later, later);
    expect(await findUncollected(one.places)).toEqual(["static/a.txt", "static/b.txt", "static/c.txt"]);
  });
});

function manifestOf(file: string): string {
  const entry = { name: "a", file, type: "text/plain", size: 1, hash: "0".repeat(64), isOwn: false, codings: {} };
  return JSON.stringify({ version: 1, files: [entry], older: [] });
}
