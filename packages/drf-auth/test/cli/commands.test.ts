import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root, scratchFolder } from "../processes/running.ts";
import { command } from "./command-line.ts";

const scratch = scratchFolder();
afterAll(() => scratch.remove());

let databases = 0;
const freshDatabase = (): string => join(scratch.path, `${(databases += 1)}`, "db.sqlite3");

const superuser = (database: string, values: Readonly<Record<string, string>> = {}) =>
  command(["createsuperuser", "--no-input"], {
    DATABASE_URL: `sqlite:${database}`,
    DRF_AUTH_SUPERUSER_USERNAME: "ada",
    DRF_AUTH_SUPERUSER_EMAIL: "ada@example.com",
    DRF_AUTH_SUPERUSER_PASSWORD: "correct-horse-battery",
    ...values,
  });

describe("the command line", () => {
  it.each([
    { words: ["--help"], says: /\n +serve .*\n[^]*\n +migrate / },
    { words: ["serve", "--help"], says: /--workers <number\|auto>/ },
    { words: ["--version"], says: /^\d+\.\d+\.\d+$/ },
  ])("answers $words with exit code 0", async ({ words, says }) => {
    expect(await command(words)).toMatchObject({ code: 0, said: expect.stringMatching(says), complained: "" });
  });

  it.each([{ words: ["frobnicate"] }, { words: ["serve", "--colour"] }, { words: [] }])(
    "refuses $words with exit code 2 and shows how it is used",
    async ({ words }) => {
      const { code, complained } = await command(words);
      expect(code).toBe(2);
      expect(complained).toContain("Usage: drf-auth");
    },
  );

  it("prints another secret key each time", async () => {
    const [one, two] = [await command(["secret"]), await command(["secret"])];
    expect(one.said).toMatch(/^[\w-]{64}$/);
    expect(two.said).not.toBe(one.said);
  });
});

describe("migrate", () => {
  it("makes the database and a secret key beside it, and says both; then there is nothing to do", async () => {
    const database = freshDatabase();
    const environment = { DATABASE_URL: `sqlite:${database}` };
    const first = await command(["migrate"], environment);
    expect(first).toMatchObject({ code: 0, complained: "" });
    expect(first.said).toContain(".secret-key");
    expect(first.said).toContain("words.0001_initial");
    const key = join(database, "..", ".secret-key");
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(first.said).not.toContain(readFileSync(key, "utf8").trim());
    expect(await command(["migrate"], environment)).toEqual({
      code: 0,
      said: "No migrations to apply.",
      complained: "",
    });
  });

  it("takes a relative database for one beside the application, wherever it is run", async () => {
    const name = `relative-${process.pid}.sqlite3`;
    const { complained, code } = await command(["migrate", "--plan"], {
      DATABASE_URL: `sqlite:${name}`,
      SECRET_KEY: "k".repeat(32),
    });
    expect({ code, complained }).toEqual({ code: 0, complained: "" });
    const made = join(root, "starter", name);
    expect(existsSync(made)).toBe(true);
    const { rmSync } = await import("node:fs");
    for (const ending of ["", "-wal", "-shm"]) rmSync(made + ending, { force: true });
  });
});

describe("migrate to a place", () => {
  it("undoes an application's migrations and applies them again, with a copy of the database first", async () => {
    const database = freshDatabase();
    const environment = { DATABASE_URL: `sqlite:${database}`, SECRET_KEY: "k".repeat(32) };
    expect((await command(["migrate", "--check"], environment)).code).toBe(1);
    await command(["migrate"], environment);
    chmodSync(database, 0o600);
    expect(await command(["migrate", "--check"], environment)).toMatchObject({
      code: 0,
      said: "No migrations to apply.",
    });
    const back = await command(["migrate", "words", "zero"], environment);
    expect(back).toMatchObject({ code: 0, complained: "" });
    expect(back.said).toContain("Undoing words.0001_initial... OK");
    const copies = readdirSync(join(database, "..")).filter((name) => name.includes(".before-"));
    expect(copies.map((name) => statSync(join(database, "..", name)).mode & 0o777)).toEqual([0o600]);
    expect(copies).toEqual([expect.stringMatching(/^db\.sqlite3\.before-\d{8}T\d{6}-\d+-\w+$/)]);
    expect((await command(["migrate", "words"], environment)).said).toContain("Applying words.0001_initial... OK");
  });

  it.each([
    [["word"], 'There are no migrations of "word" in the project. Did you mean "words"?'],
    [["words", "0002"], 'There is no migration "0002" of "words".'],
  ])("says what there is for %j", async (words, message) => {
    const environment = { DATABASE_URL: `sqlite:${freshDatabase()}`, SECRET_KEY: "k".repeat(32) };
    const { code, complained } = await command(["migrate", ...words], environment);
    expect(code).toBe(78);
    expect(complained).toContain(message);
  });
});

describe("backup", () => {
  it("copies the database and checks the copy, and leaves a file that is there alone", async () => {
    const database = freshDatabase();
    const environment = { DATABASE_URL: `sqlite:${database}`, SECRET_KEY: "k".repeat(32) };
    await command(["migrate"], environment);
    const copy = join(database, "..", "copy.sqlite3");
    const { code, said } = await command(["backup", copy], environment);
    expect(code).toBe(0);
    expect(said).toContain(`to ${copy} (`);
    expect(await command(["migrate"], { ...environment, DATABASE_URL: `sqlite:${copy}` })).toMatchObject({
      said: "No migrations to apply.",
    });
    expect(await command(["backup", copy], environment)).toMatchObject({
      code: 78,
      complained: expect.stringContaining(`${copy} is there already: name another file.`),
    });
  });
});

describe("backup to where it cannot go", () => {
  it.each([
    ["/nodir/x.sqlite3", "/nodir/x.sqlite3 cannot be written: ENOENT: no such file or directory"],
    ["sqlite:zz.sqlite3", "Write the path alone: drf-auth backup zz.sqlite3."],
    ["postgres://ada:hidden@host/words", "its argument begins with postgres: as an address does."],
  ])("says what is wrong with %s in one paragraph", async (file, message) => {
    const database = freshDatabase();
    const environment = { DATABASE_URL: `sqlite:${database}`, SECRET_KEY: "k".repeat(32) };
    await command(["migrate"], environment);
    const { code, said, complained } = await command(["backup", file], environment);
    expect({ code, said }).toEqual({ code: 78, said: "" });
    expect(complained).toContain(message);
    expect(complained).not.toMatch(/\n|hidden/);
  });

  it("says so of a time that is none", async () => {
    const { code, complained } = await command(["backup", "copy.sqlite3", "--limit", "soon"], {
      DATABASE_URL: `sqlite:${freshDatabase()}`,
    });
    expect({ code, complained }).toEqual({
      code: 78,
      complained: '--limit is "soon": it must be a number of seconds, such as 600.',
    });
  });
});

describe("backup of what is no database", () => {
  it("says that there is none, and makes neither a database nor its folder, a copy or a key", async () => {
    const database = freshDatabase();
    const copy = join(scratch.path, "copy-of-none.sqlite3");
    expect(await command(["backup", copy], { DATABASE_URL: `sqlite:${database}` })).toEqual({
      code: 78,
      said: "",
      complained: `There is no database at ${database}.`,
    });
    expect([database, join(database, ".."), copy].filter(existsSync)).toEqual([]);
  });

  it("says that a file is none, in one line", async () => {
    const text = join(scratch.path, "text.sqlite3");
    writeFileSync(text, "no database ".repeat(1000));
    expect(await command(["backup", `${text}.copy`], { DATABASE_URL: `sqlite:${text}` })).toMatchObject({
      code: 78,
      complained: `The SQLite database ${text} cannot be read: file is not a database.`,
    });
  });
});

describe("makemigrations", () => {
  it.each([
    [["--rename", "words.Word"], '"words.Word" has no "=": write it as in --rename words.Word.text=title.'],
    [["--fill", "words.Word.nothing=1"], "--fill words.Word.nothing: there is no such field."],
    [["--rename", "words.Wort=Term"], "--rename words.Wort=words.Term: no migration has made the model words.Wort."],
    [
      ["--rename", "words.Word.tekst=words.Word.title"],
      "--rename words.Word.tekst=title: no migration has made the field",
    ],
    [["--removed", "words.Word"], "--removed words.Word: the model words.Word is there still."],
    [["--removed", "words.Word", "--rename", "words.Word=Term"], "words.Word is said to be two things. Say one."],
    [["--check", "--removed", "words.Word"], "--check takes no --rename, --removed or --fill."],
  ])("says how %j is written", async (words, message) => {
    const environment = { DATABASE_URL: `sqlite:${freshDatabase()}`, SECRET_KEY: "k".repeat(32) };
    const { code, complained } = await command(["makemigrations", ...words], environment);
    expect(code).toBe(78);
    expect(complained).toContain(message);
  });

  it.each([["makemigrations"], ["makemigrations", "--check"], ["makemigrations", "--dry-run"]])(
    "finds nothing to write for the starter (%s %s)",
    async (...words) => {
      const environment = { DATABASE_URL: `sqlite:${freshDatabase()}`, SECRET_KEY: "k".repeat(32) };
      expect(await command(words, environment)).toEqual({ code: 0, said: "No changes detected.", complained: "" });
    },
  );
});

describe("createsuperuser", () => {
  it("makes a superuser without asking, once", async () => {
    const database = freshDatabase();
    await command(["migrate"], { DATABASE_URL: `sqlite:${database}` });
    const made = await superuser(database);
    expect(made).toMatchObject({ code: 0, complained: "" });
    expect(made.said).toContain('Superuser "ada" was made');
    expect(await superuser(database)).toMatchObject({
      code: 1,
      complained: "A user with this username already exists.",
    });
  });

  it.each([
    {
      what: "a wrong address",
      values: { DRF_AUTH_SUPERUSER_EMAIL: "ada" },
      code: 1,
      says: "email: Enter a valid email address.",
    },
    {
      what: "a long name",
      values: { DRF_AUTH_SUPERUSER_USERNAME: "a".repeat(151) },
      code: 1,
      says: "no more than 150 characters",
    },
    {
      what: "no password",
      values: { DRF_AUTH_SUPERUSER_PASSWORD: "" },
      code: 78,
      says: "needs DRF_AUTH_SUPERUSER_PASSWORD",
    },
  ])("says what is wrong about $what, and makes nobody", async ({ values, code, says }) => {
    const database = freshDatabase();
    await command(["migrate"], { DATABASE_URL: `sqlite:${database}` });
    const refused = await superuser(database, values);
    expect(refused.code).toBe(code);
    expect(refused.complained).toContain(says);
    expect(await superuser(database)).toMatchObject({ code: 0 });
  });

  it("says to migrate first where there are no tables", async () => {
    const refused = await superuser(freshDatabase());
    expect(refused.code).toBe(1);
    expect(refused.complained).toContain("Run npx drf-auth migrate first.");
  });

  it("names the way without a terminal where there is none to ask at", async () => {
    const { code, complained } = await command(["createsuperuser"], { DATABASE_URL: `sqlite:${freshDatabase()}` });
    expect(code).toBe(78);
    expect(complained).toContain("--no-input");
  });
});

describe("serve", () => {
  it.each([
    {
      what: "a short key",
      environment: { SECRET_KEY: "short" },
      says: /SECRET_KEY has 5 bytes; .*npx drf-auth secret/s,
    },
    {
      what: "a key of Django's development",
      environment: { SECRET_KEY: `django-insecure-${"x".repeat(40)}` },
      says: /django-insecure-/,
    },
    {
      what: "a key from the documentation",
      environment: { SECRET_KEY: "changeme-changeme-changeme-changeme" },
      says: /from the documentation/,
    },
    {
      what: "a database elsewhere and no key",
      environment: { DATABASE_URL: "postgres://user:hidden@host/name" },
      says: /There is no secret key\..*export SECRET_KEY="\$\(npx drf-auth secret\)"/s,
    },
    {
      what: "a key file that is not there",
      environment: { SECRET_KEY_FILE: "no-such-file" },
      says: /starter\/no-such-file cannot be read/,
    },
    { what: "a port that is none", environment: { PORT: "http" }, says: /PORT is "http": it must be a whole number/ },
    {
      what: "no workers",
      environment: { WORKERS: "0" },
      says: /WORKERS is "0": it must be auto, or a whole number from 1 to 9999/,
    },
  ])("ends with 78 and says what to do about $what", async ({ environment, says }) => {
    const { code, complained } = await command(["serve"], {
      DATABASE_URL: `sqlite:${freshDatabase()}`,
      ...environment,
    });
    expect(code).toBe(78);
    expect(complained).toMatch(says);
    expect(complained).not.toContain("hidden");
  });
});
