import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { backUp } from "../../src/database/index.ts";
import { field, model } from "../../src/models/index.ts";
import { ScratchProject } from "./fixtures/scratch-project.ts";

const Author = model("books.Author", { name: field.char({ maxLength: 20 }) });
const Book = model("books.Book", {
  title: field.char({ maxLength: 20 }),
  author: field.foreignKey(Author, { onDelete: "cascade" }),
});
const id = 'id: { kind: "bigAuto", primaryKey: true }';
const initial = `createModel("books.Author", { ${id}, name: { kind: "char", maxLength: 20 } }),
  createModel("books.Book", { ${id}, title: { kind: "char", maxLength: 20 }, author: { kind: "foreignKey", to: "books.Author" } })`;

async function library(): Promise<ScratchProject> {
  const project = new ScratchProject();
  project.writeMigration("books.0001_initial", { operations: initial });
  await project.migrate([Author, Book]);
  await project.execute("INSERT INTO books_author (id, name) VALUES (1, 'Ada'), (2, 'Ben'), (9, 'gone')");
  await project.execute("DELETE FROM books_author WHERE id = 9");
  await project.execute("INSERT INTO books_book (title, author_id) VALUES ('One', 1), ('Two', 1), ('Three', 2)");
  return project;
}

const change = (project: ScratchProject, name: string, operations: string) =>
  project.writeMigration(`books.${name}`, { dependencies: ["books.0001_initial"], operations });

describe("a change of a table that others refer to", () => {
  test("keeps the rows of both, and whatever else hangs on the table", async () => {
    await using project = await library();
    await project.execute("CREATE TABLE log (text)");
    await project.execute("CREATE INDEX by_first ON books_author (substr(name, 1, 1))");
    await project.execute("CREATE INDEX some ON books_author (name) WHERE name > 'B'");
    await project.execute(
      "CREATE TRIGGER noted AFTER INSERT ON books_author BEGIN INSERT INTO log VALUES (NEW.name); END",
    );
    await project.execute(
      "CREATE VIEW titles AS SELECT a.name, b.title FROM books_author a JOIN books_book b ON b.author_id = a.id",
    );
    change(
      project,
      "0002_email",
      'addField("books.Author", "email", { kind: "email", maxLength: 50, unique: true, null: true })',
    );
    expect(await project.migrate([Author, Book])).toEqual(["Applying books.0002_email... OK"]);
    expect(await project.rows("SELECT * FROM titles ORDER BY title")).toEqual(["Ada One", "Ben Three", "Ada Two"]);
    expect(await project.rows("SELECT id, name, email FROM books_author")).toEqual(["1 Ada ", "2 Ben "]);
    await project.execute("INSERT INTO books_author (name) VALUES ('Cy')");
    expect(await project.rows("SELECT text FROM log")).toEqual(["Cy"]);
    expect(await project.rows("SELECT id FROM books_author WHERE name = 'Cy'")).toEqual(["10"]);
    expect(
      await project.rows("SELECT name FROM sqlite_master WHERE name IN ('by_first', 'some') ORDER BY name"),
    ).toEqual(["by_first", "some"]);
    await expect(project.execute("DELETE FROM books_author WHERE id = 1")).rejects.toThrow("FOREIGN KEY");
    expect(await project.rows("PRAGMA foreign_key_check")).toEqual([]);
  });

  test("is undone, down to nothing", async () => {
    await using project = await library();
    change(
      project,
      "0002_more",
      'addField("books.Book", "pages", { kind: "integer" }, { fill: 7 }), renameField("books.Book", "title", "name"), ' +
        'renameModel("books.Author", "books.Writer"), alterUniqueTogether("books.Book", [["name", "author"]])',
    );
    await project.migrate([Author, Book]);
    expect(await project.rows("SELECT name, pages FROM books_book")).toEqual(["One 7", "Two 7", "Three 7"]);
    expect(await project.rows("SELECT name FROM books_writer")).toEqual(["Ada", "Ben"]);
    const target = { appLabel: "books" };
    expect(await project.migrate([Author, Book], { target: { ...target, name: "0001" }, isPlan: true })).toEqual([
      "Would undo books.0002_more",
      "  - says anew what is unique together in books.Book",
      "  - renames books.Writer to books.Author",
      "  - renames books.Book.name to title",
      "  - removes books.Book.pages, and LOSES WHAT IS IN IT",
    ]);
    expect(await project.migrate([Author, Book], { target: { ...target, name: "0001_initial" } })).toEqual([
      "Undoing books.0002_more... OK",
    ]);
    expect(await project.rows("SELECT title FROM books_book ORDER BY id")).toEqual(["One", "Two", "Three"]);
    await project.migrate([Author, Book], { target });
    expect(await project.rows("SELECT name FROM books_book ORDER BY id")).toEqual(["One", "Two", "Three"]);
    await project.migrate([Author, Book], { target: { ...target, name: "zero" } });
    expect((await project.tables()).filter((name) => name.startsWith("books"))).toEqual([]);
  });

  test("keeps nothing where a step of it fails, and says which", async () => {
    await using project = await library();
    await project.execute("INSERT INTO books_book (title, author_id) VALUES ('One', 2)");
    const path = change(
      project,
      "0002_unique",
      'addField("books.Book", "pages", { kind: "integer", null: true }), alterField("books.Book", "title", { kind: "char", maxLength: 20, unique: true })',
    );
    await expect(project.migrate([Author, Book])).rejects.toThrow(
      `${path} failed, and nothing of it was kept, where it alters books.Book.title: `,
    );
    expect(await project.rows("SELECT name FROM pragma_table_info('books_book')")).toEqual([
      "id",
      "title",
      "author_id",
    ]);
  });

  test("runs SQL and code of one's own, there and back", async () => {
    await using project = await library();
    change(
      project,
      "0002_own",
      `runSql({ sqlite: "UPDATE books_book SET title = upper(title)", postgresql: "" }, "UPDATE books_book SET title = lower(title)"),
      runCode(async (database) => void (await database.run({ sql: "DELETE FROM books_book WHERE author_id = 2", isWrite: true }, [])), async () => {})`,
    );
    await project.migrate([Author, Book]);
    expect(await project.rows("SELECT title FROM books_book")).toEqual(["ONE", "TWO"]);
    await project.migrate([Author, Book], { target: { appLabel: "books", name: "0001" } });
    expect(await project.rows("SELECT title FROM books_book")).toEqual(["one", "two"]);
  });

  test.each([
    ['runSql("SELECT 1")', "its runSql says nothing of the way back. Give it a second argument."],
    ["runCode(async () => {})", "its runCode says nothing of the way back. Give it a second argument."],
  ])("cannot be undone where it does not say how: %s", async (operations, message) => {
    await using project = await library();
    change(project, "0002_own", operations);
    await project.migrate([Author, Book]);
    const back = project.migrate([Author, Book], { target: { appLabel: "books", name: "zero" } });
    await expect(back).rejects.toThrow(message);
    expect(await project.tables()).toContain("books_book");
  });

  test.each([
    ['addField("books.Author", "name", { kind: "text" })', "adds books.Author.name, which is there already"],
    ['removeField("books.Author", "nam")', 'books.Author has no field "nam". Did you mean "name"?'],
    [
      'deleteModel("books.Author")',
      "removes books.Author, to which books.Book.author refers. Remove that field before.",
    ],
    [
      'renameModel("books.Autor", "books.Writer")',
      'changes books.Autor, which no migration before it makes. Did you mean "books.Author"?',
    ],
    ['alterField("other.Author", "name", { kind: "text" })', 'must name a model of "books"'],
    ['addField("books.Author", "age", { kind: "integer" }, { fill: "old" })', "fill"],
  ])("is refused before anything is done: %s", async (operations, message) => {
    await using project = await library();
    change(project, "0002_wrong", operations);
    await expect(project.migrate([Author, Book])).rejects.toThrow(message);
    expect(await project.rows("SELECT count(*) FROM books_author")).toEqual(["2"]);
  });

  test.each([
    [
      'addField("books.Book", "pages", { kind: "integer" })',
      "NOT NULL constraint failed: books_book.pages. The table has rows: say what they hold in it with { fill }.",
    ],
    [
      'addField("books.Book", "other", { kind: "foreignKey", to: "books.Author" })',
      "books_book.other_id. The table has rows, and nothing says to what they refer",
    ],
    [
      'alterField("books.Book", "title", { kind: "char", maxLength: 20, unique: true })',
      "A row of books_book with this title already exists.",
    ],
  ])("says what failed and what to do: %s", async (operations, message) => {
    await using project = await library();
    await project.execute("INSERT INTO books_book (title, author_id) VALUES ('One', 2)");
    const path = change(project, "0002_wrong", operations);
    const failing = project.migrate([Author, Book]);
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.toThrow(
      new RegExp(`^${path} failed, and nothing of it was kept, where it (?!.*(new__|\\.\\.$))`),
    );
  });

  test("says in the plan that digits are lost, and rounds as PostgreSQL does", async () => {
    await using project = await library();
    change(
      project,
      "0002_price",
      'addField("books.Book", "price", { kind: "decimal", maxDigits: 8, decimalPlaces: 4 }, { fill: "1.2367" })',
    );
    await project.migrate([Author, Book]);
    project.writeMigration("books.0003_less", {
      dependencies: ["books.0002_price"],
      operations: 'alterField("books.Book", "price", { kind: "decimal", maxDigits: 8, decimalPlaces: 2 })',
    });
    expect(await project.migrate([Author, Book], { isPlan: true })).toContain(
      "  - alters books.Book.price, and LOSES DIGITS",
    );
    await project.migrate([Author, Book]);
    expect(await project.rows("SELECT DISTINCT price FROM books_book")).toEqual(["1.24"]);
  });

  test("is only recorded, or forgotten, where it is faked", async () => {
    await using project = await library();
    change(project, "0002_more", 'addField("books.Book", "pages", { kind: "integer", null: true })');
    expect(await project.migrate([Author, Book], { isFake: true })).toEqual(["Applying books.0002_more... FAKED"]);
    expect(await project.rows("SELECT name FROM pragma_table_info('books_book')")).not.toContain("pages");
    const target = { appLabel: "books", name: "0001" };
    expect(await project.migrate([Author, Book], { isFake: true, target })).toEqual([
      "Undoing books.0002_more... FAKED",
    ]);
  });

  test("leaves a copy of the database first, where one is asked for", async () => {
    await using project = await library();
    const copy = `${project.databasePath}.copy`;
    const backUpTo = async () => {
      await backUp(project.databasePath, copy);
      return copy;
    };
    expect(await project.migrate([Author, Book], { backUp: backUpTo })).toEqual(["No migrations to apply."]);
    expect(existsSync(copy)).toBe(false);
    change(project, "0002_less", 'removeField("books.Book", "title")');
    expect(await project.migrate([Author, Book], { backUp: backUpTo })).toEqual([
      `Copied the database to ${copy}.`,
      "Applying books.0002_less... OK",
    ]);
    expect(readdirSync(project.root).filter((name) => name.includes(".copy"))).toEqual(["db.sqlite3.copy"]);
    await expect(backUp(project.databasePath, copy)).rejects.toThrow("is there already");
  });
});
