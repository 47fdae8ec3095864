import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScratchProject } from "../migrations/fixtures/scratch-project.ts";
import { root } from "../processes/running.ts";
import { command, type Ran } from "./command-line.ts";

let project: ScratchProject;
let count = 0;
beforeEach(() => {
  project = new ScratchProject();
});
afterEach(() => project[Symbol.asyncDispose]());

const note = 'const Note = model("notes.Note", { text: field.text({ default: "" }) });';
const tag = 'const Tag = model("tags.Tag", {});';

/** Runs a command on an application with these models. */
function run(words: readonly string[], models = `${note} ${tag} const models = [Note, Tag];`): Promise<Ran> {
  // A module is loaded once: models that changed are in another file.
  const path = project.write(
    `app-${(count += 1)}.ts`,
    `import { application, field, model } from "drf-auth"; ${models} export default application({ settings: {}, models, routes: [] });`,
  );
  const environment = { DATABASE_URL: `sqlite:${project.databasePath}`, SECRET_KEY: "k".repeat(32) };
  return command([...words, "--app", path], environment, project.root);
}

const files = (app: string): readonly string[] => readdirSync(`${project.folder}/${app}`).toSorted();

describe("makemigrations of some applications", () => {
  it("writes these, and what they need of others", async () => {
    const models = `${tag} const Note = model("notes.Note", { tag: field.foreignKey(Tag, { onDelete: "cascade" }) });
      const Cage = model("zoo.Cage", {}); const models = [Tag, Note, Cage];`;
    expect(await run(["makemigrations", "notes"], models)).toMatchObject({ code: 0, complained: "" });
    expect(readdirSync(project.folder).toSorted()).toEqual(["notes", "tags"]);
    expect(await run(["makemigrations", "notes", "--check"], models)).toMatchObject({ said: "No changes detected." });
    expect(await run(["makemigrations", "--check"], models)).toMatchObject({
      code: 1,
      said: "zoo.Cage has no table yet",
    });
  });

  it("asks nothing about the others", async () => {
    await run(["makemigrations"]);
    const models = `const Note = model("notes.Note", { body: field.text() });
      const Tag = model("tags.Tag", { at: field.date({ null: true }) }); const models = [Note, Tag];`;
    expect(await run(["makemigrations"], models)).toMatchObject({
      code: 78,
      complained: expect.stringContaining("--rename notes.Note.text=body"),
    });
    expect(await run(["makemigrations", "tags"], models)).toMatchObject({ code: 0, complained: "" });
    expect([files("notes"), files("tags")]).toEqual([["0001_initial.ts"], ["0001_initial.ts", "0002_tag_at.ts"]]);
  });

  it.each(["note", "auth", "drf_auth"])("refuses one that is none of the project's: %s", async (label) => {
    const { code, complained } = await run(["makemigrations", label]);
    expect({ code, complained }).toEqual({
      code: 78,
      complained: expect.stringContaining(`The project has no application "${label}".`),
    });
  });
});

describe("makemigrations --empty", () => {
  it("writes a migration to be filled in, which does nothing until then", async () => {
    await run(["makemigrations"]);
    expect((await run(["makemigrations", "--empty", "notes", "--name", "fill_text"])).said).toBe(
      "Wrote migrations/notes/0002_fill_text.ts\n  - does nothing yet",
    );
    const path = `${project.folder}/notes/0002_fill_text.ts`;
    const text = readFileSync(path, "utf8");
    expect(text).toContain('  dependencies: [["notes", "0001_initial"]],\n  operations: [\n    // runSql(');
    execFileSync(`${root}/node_modules/.bin/oxfmt`, ["--config", `${root}/.oxfmtrc.json`, path], { cwd: project.root });
    expect(readFileSync(path, "utf8")).toBe(text);
    expect((await run(["makemigrations", "--empty", "tags", "notes"])).said).toContain("notes/0003_custom.ts");
    expect((await run(["migrate"])).said).toContain("Applying notes.0003_custom... OK");
    expect(await run(["makemigrations"])).toMatchObject({ code: 0, said: "No changes detected." });
  });

  it.each([
    [["--empty"], "--empty needs an application: npx drf-auth makemigrations --empty words."],
    [["--empty", "note"], 'The project has no application "note". Did you mean "notes"?'],
    [["--empty", "--merge", "notes"], "Give --empty or --merge, not both."],
    [["--empty", "notes", "--removed", "notes.Note"], "--empty takes no --rename, --removed or --fill."],
    [["--merge", "notes"], "--merge is about all applications: name none."],
  ])("is refused where something would be passed over: %j", async (words, message) => {
    const { code, complained } = await run(["makemigrations", ...words]);
    expect([code, complained]).toEqual([78, message]);
  });
});

describe("makemigrations --merge", () => {
  const fork = async (one: string, two: string): Promise<void> => {
    await run(["makemigrations"]);
    for (const [name, operations] of Object.entries({ "0002_one": one, "0002_two": two }))
      project.writeMigration(`notes.${name}`, { dependencies: ["notes.0001_initial"], operations });
  };
  const add = (name: string) => `addField("notes.Note", "${name}", { kind: "text", null: true })`;
  const both = `const Note = model("notes.Note", { text: field.text({ default: "" }), a: field.text({ null: true }),
    b: field.text({ null: true }) }); ${tag} const models = [Note, Tag];`;

  it("writes a migration that depends on both ends", async () => {
    await fork(add("a"), add("b"));
    expect(await run(["migrate"], both)).toMatchObject({
      code: 78,
      complained: expect.stringContaining("Run npx drf-auth makemigrations --merge"),
    });
    expect((await run(["makemigrations", "--merge"], both)).said).toBe(
      "Wrote migrations/notes/0003_merge_0002_one_0002_two.ts\n  - depends on 0002_one and 0002_two",
    );
    expect(readFileSync(`${project.folder}/notes/0003_merge_0002_one_0002_two.ts`, "utf8")).toContain(
      '["notes", "0002_one"],\n    ["notes", "0002_two"],\n  ],\n  operations: [],',
    );
    expect((await run(["migrate"], both)).code).toBe(0);
    expect(await run(["makemigrations", "--merge"], both)).toMatchObject({ said: "No migrations to merge." });
    expect(await run(["makemigrations"], both)).toMatchObject({ said: "No changes detected." });
  });

  it("refuses ends that do not go together", async () => {
    await fork(add("a"), add("a"));
    const { code, complained } = await run(["makemigrations", "--merge"], both);
    expect(code).toBe(78);
    expect(complained).toContain("The ends do not go together: ");
    expect(complained).toContain("0002_two.ts adds notes.Note.a, which is there already. Change one of them by hand.");
    expect(files("notes")).toHaveLength(3);
  });
});

describe("an applied migration whose file is gone", () => {
  const gone = async (): Promise<void> => {
    await run(["makemigrations"]);
    await run(["migrate"]);
    rmSync(`${project.folder}/notes/0001_initial.ts`);
  };
  const warning = "Warning: notes.0001_initial is applied, and its file is not in";

  it("is told by migrate --check, which has nothing to do", async () => {
    await gone();
    const { code, said, complained } = await run(["migrate", "--check"]);
    expect([code, said, complained]).toEqual([0, "No migrations to apply.", expect.stringContaining(warning)]);
  });

  it("is told by makemigrations, which writes no other of its name", async () => {
    await gone();
    const { code, complained } = await run(["makemigrations"]);
    expect(code).toBe(78);
    expect(complained).toContain(warning);
    expect(complained).toContain("notes.0001_initial would be written, and the database has applied one of that name");
    expect(files("notes")).toEqual([]);
    expect((await run(["makemigrations", "--name", "again"])).code).toBe(0);
    expect(files("notes")).toEqual(["0001_again.ts"]);
  });
});

describe("showmigrations", () => {
  it("says of each application what is applied", async () => {
    await run(["makemigrations"]);
    await run(["migrate", "notes"]);
    await run(["makemigrations", "--empty", "notes"]);
    expect(await run(["showmigrations", "notes", "tags", "drf_auth"])).toEqual({
      code: 0,
      complained: "",
      said: [
        "drf_auth",
        " [X] 0001_login_attempt",
        " [X] 0002_throttle_hits",
        "notes",
        " [X] 0001_initial",
        " [ ] 0002_custom",
        "tags",
        " [ ] 0001_initial",
      ].join("\n"),
    });
    rmSync(`${project.folder}/notes/0001_initial.ts`);
    rmSync(`${project.folder}/notes/0002_custom.ts`);
    expect((await run(["showmigrations"])).said).toMatch(
      /^auth\n \[X\] 0001_initial\n[^]*notes\n \[X\] 0001_initial \(its file is gone\)/,
    );
    const { said } = await run(["showmigrations", "tags", "--json"]);
    expect(JSON.parse(said)).toEqual([{ appLabel: "tags", name: "0001_initial", isApplied: false, isLost: false }]);
  });

  it("shows a fork, and refuses an application that has no migrations", async () => {
    for (const name of ["0001_a", "0001_b"]) project.writeMigration(`notes.${name}`);
    expect((await run(["showmigrations", "notes"])).said).toBe("notes\n [ ] 0001_a\n [ ] 0001_b");
    expect(await run(["showmigrations", "note"])).toMatchObject({
      code: 78,
      complained: 'There are no migrations of "note". Did you mean "notes"?',
    });
  });
});

it("a command says nothing of a reader that stops reading", () => {
  const { stderr, status } = spawned("node packages/drf-auth/bin/drf-auth.js routes | true");
  expect([stderr, status]).toEqual(["", 0]);
});

function spawned(line: string): { readonly stderr: string; readonly status: number | null } {
  const { stderr, status } = spawnSync("bash", ["-o", "pipefail", "-c", line], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, DATABASE_URL: `sqlite:${project.databasePath}`, SECRET_KEY: "k".repeat(32) },
  });
  return { stderr, status };
}
