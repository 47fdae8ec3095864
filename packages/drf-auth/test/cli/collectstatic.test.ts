import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sayUncollected } from "../../src/cli/collectstatic.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";
import { root, scratchFolder } from "../processes/running.ts";
import { command } from "./command-line.ts";

const scratch = scratchFolder();
afterAll(() => scratch.remove());

const app = join(scratch.path, "app.ts");
const write = (name: string, content: string): void => {
  mkdirSync(dirname(join(scratch.path, name)), { recursive: true });
  writeFileSync(join(scratch.path, name), content);
};
const collectstatic = (...words: string[]) => command(["collectstatic", "--app", app, ...words]);
const hashedNames = () => globSync("**/*.{css,txt}", { cwd: join(scratch.path, "staticfiles") }).toSorted();

beforeAll(() => {
  const door = JSON.stringify(join(root, "packages/drf-auth/src/index.ts"));
  write("app.ts", `import { application } from ${door};\nexport default application({ models: [], routes: [] });\n`);
  write("static/css/app.css", "a { background: url(../logo.txt) }\n".repeat(50));
  write("static/logo.txt", "logo");
});

describe("collectstatic", () => {
  it("shows what it would write, and writes nothing", async () => {
    const { code, said, complained } = await collectstatic("--dry-run");
    expect({ code, complained }).toEqual({ code: 0, complained: "" });
    expect(said).toMatch(/^Would write css\/app\.[0-9a-f]{12}\.css$/m);
    expect(said).toMatch(/^3 files; 3 of them are not in .*staticfiles yet\.$/m);
    expect(existsSync(join(scratch.path, "staticfiles"))).toBe(false);
  });

  it("fails its check before, writes, and passes its check after; neither database nor secret is needed", async () => {
    expect((await collectstatic("--check")).code).toBe(1);
    const { code, said, complained } = await collectstatic();
    expect({ code, complained }).toEqual({ code: 0, complained: "" });
    expect(said).toMatch(
      /^Collected 3 files \([\d.]+ kB, compressed [\d.]+ kB\) in .*staticfiles:\n {2}3 written, 0 there/,
    );
    expect((await collectstatic("--check")).code).toBe(0);
    expect((await collectstatic()).said).toContain("0 written, 3 there already");
    expect(globSync("{*.sqlite3,.secret-key}", { cwd: scratch.path })).toEqual([]);
  });

  it("collects the framework's stylesheet too, for a server that stands before this one", () => {
    const [own = ""] = globSync("staticfiles/drf-auth/pages.*.css", { cwd: scratch.path });
    expect(readFileSync(join(scratch.path, own), "utf8")).toContain("color-scheme");
  });

  it("keeps the files of the build before until --clear", async () => {
    const before = hashedNames();
    write("static/logo.txt", "another logo");
    const kept = await collectstatic();
    expect(kept.said).toContain("2 of earlier builds kept, for pages made before; --clear removes them");
    expect(hashedNames()).toEqual(expect.arrayContaining(before));
    const cleared = await collectstatic("--clear");
    expect(cleared.said).toContain("2 of earlier builds removed");
    expect(hashedNames()).toHaveLength(3);
  });

  it("says file and line of a wrong reference, ends with 78 and leaves what was there", async () => {
    const before = readFileSync(join(scratch.path, "staticfiles/staticfiles.json"), "utf8");
    write("static/css/wrong.css", "a {}\nb { background: url(no.png) }");
    const { code, complained } = await collectstatic();
    expect(code).toBe(78);
    expect(complained).toContain('static/css/wrong.css:2: there is no file css/no.png for "no.png".');
    expect(complained).not.toContain("    at ");
    expect(readFileSync(join(scratch.path, "staticfiles/staticfiles.json"), "utf8")).toBe(before);
    rmSync(join(scratch.path, "static/css/wrong.css"));
  });

  it.each([
    [["--app", "nowhere.ts"], 78],
    [["--colour"], 2],
  ])("of %j ends with %i", async (words, code) => {
    expect((await command(["collectstatic", ...words])).code).toBe(code);
  });

  it("is asked for at the start of a server that would not serve everything", async () => {
    await using opened = await open(thesaurus(), { isSeeded: false });
    const complaints: string[] = [];
    const terminal = {
      environment: {},
      currentFolder: scratch.path,
      isInteractive: false,
      say: () => {},
      complain: (line: string) => void complaints.push(line),
    };
    const project = { ...opened.project, folder: scratch.path };
    await collectstatic();
    await sayUncollected(project, terminal);
    expect(complaints).toEqual([]);
    write("static/new.txt", "new");
    await sayUncollected(project, terminal);
    expect(complaints).toEqual([expect.stringMatching(/static\/new\.txt.* Run npx drf-auth collectstatic\.$/)]);
  });
});
