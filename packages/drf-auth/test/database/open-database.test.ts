import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openDatabase, readDatabaseAddress } from "../../src/database/index.ts";
import { ImproperlyConfigured } from "../../src/errors.ts";
import { temporaryFolder } from "./temporary-database.ts";

describe("readDatabaseAddress", () => {
  test.each([
    ["sqlite:db.sqlite3", "/srv/app/db.sqlite3"],
    ["sqlite:./data/db.sqlite3", "/srv/app/data/db.sqlite3"],
    ["sqlite:../db.sqlite3", "/srv/db.sqlite3"],
    ["sqlite:/var/db.sqlite3", "/var/db.sqlite3"],
    ["sqlite:///var/db.sqlite3", "/var/db.sqlite3"],
    ["sqlite:////var/db.sqlite3", "/var/db.sqlite3"],
  ])("reads %s", (url, path) => {
    expect(readDatabaseAddress(url, "/srv/app")).toEqual({ dialect: "sqlite", path });
  });

  test.each(["postgres://user:secret@host/name", "postgresql://host/name"])("knows %s for PostgreSQL", (url) => {
    expect(readDatabaseAddress(url, "/srv/app").dialect).toBe("postgresql");
  });

  test.each([
    ["mysql://root:secret@host/name", "mysql:"],
    ["db.sqlite3", "no scheme"],
    ["", "no scheme"],
  ])("refuses %s without repeating the password", (url, scheme) => {
    expect(() => readDatabaseAddress(url, "/srv/app")).toThrow(
      new ImproperlyConfigured(
        `DATABASE_URL begins with ${scheme}: write sqlite:PATH, such as sqlite:db.sqlite3, or postgres://USER:PASSWORD@HOST:5432/NAME.`,
      ),
    );
  });
});

describe("openDatabase", () => {
  test("opens the file of an address, in a folder that it makes", async () => {
    const folder = temporaryFolder();
    const database = await openDatabase(readDatabaseAddress("sqlite:data/db.sqlite3", folder));
    expect(database.location).toBe(join(folder, "data/db.sqlite3"));
    expect(database.run({ sql: "select 1", isWrite: false }, [])).toEqual([[1]]);
    await database.close();
  });

  test.each([
    "sqlite::memory:",
    "sqlite:",
    "sqlite:file:x?mode=memory",
    "sqlite://:memory:",
    "sqlite://host/db.sqlite3",
  ])("refuses %s, which names no file, and says what to write", (url) => {
    const read = () => readDatabaseAddress(url, temporaryFolder());
    expect(read).toThrow(ImproperlyConfigured);
    expect(read).toThrow("Write sqlite:PATH, such as sqlite:db.sqlite3");
  });
});
