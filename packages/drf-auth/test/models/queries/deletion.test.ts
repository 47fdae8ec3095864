import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { Conflict } from "../../../src/errors.ts";
import { field, model } from "../../../src/models/index.ts";
import { application } from "../../../src/application/index.ts";
import { throwaway, type Throwaway } from "../../../src/testing/index.ts";
import { makeMigrations } from "../../../src/migrations/index.ts";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistry, djangoModels, QuerySet, User } from "../../../src/models/index.ts";
import { root } from "../../processes/running.ts";

const Shelf = model("library.Shelf", { name: field.char({ maxLength: 20 }) });
const Book = model("library.Book", {
  title: field.char({ maxLength: 20 }),
  shelf: field.foreignKey(Shelf, { onDelete: "cascade" }),
  sequel_of: field.foreignKey("self", { onDelete: "cascade", null: true }),
});
const Note = model("library.Note", { book: field.foreignKey(Book, { onDelete: "setNull", null: true }) });
const Loan = model("library.Loan", { book: field.foreignKey(Book, { onDelete: "protect" }) });
const Artist = model("library.Artist", { name: field.char({ maxLength: 20 }) });
const Album = model("library.Album", { artist: field.foreignKey(Artist, { onDelete: "cascade" }) });
const Song = model("library.Song", {
  artist: field.foreignKey(Artist, { onDelete: "cascade", null: true }),
  album: field.foreignKey(Album, { onDelete: "restrict" }),
});
const Clock = model("library.Clock", {
  artist: field.foreignKey(Artist, { onDelete: "setNull", null: true }),
  changed_at: field.dateTime({ autoNow: true }),
});
const library = application({ models: [Shelf, Book, Note, Loan, Artist, Album, Song, Clock], routes: [] });

const folder = mkdtempSync(join(tmpdir(), "drf-auth-deletion-"));
symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
const registry = createRegistry([...djangoModels(User), ...library.models], User);
await makeMigrations({ registry, folder: join(folder, "migrations") });
const running: Throwaway = await throwaway(library, { folder });
const { database, registry: own } = running.project;
const shelves = QuerySet.of<typeof Shelf>(own.meta(Shelf), database);
const books = QuerySet.of<typeof Book>(own.meta(Book), database);
const notes = QuerySet.of<typeof Note>(own.meta(Note), database);
const loans = QuerySet.of<typeof Loan>(own.meta(Loan), database);

beforeEach(async () => {
  await loans.delete();
  for (const rows of [notes, books, shelves]) await rows.delete();
});

afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("deleting rows to which others refer", () => {
  it("deletes what cascades, through every level", async () => {
    const shelf = await shelves.insert({ name: "a" });
    const first = await books.insert({ title: "one", shelf });
    await books.insert({ title: "two", shelf: await shelves.insert({ name: "b" }), sequel_of: first });
    expect(await shelves.filter({ id: shelf }).delete()).toBe(1);
    expect([await shelves.count(), await books.count()]).toEqual([1, 0]);
  });

  it("sets to null what is to be null", async () => {
    const book = await books.insert({ title: "one", shelf: await shelves.insert({ name: "a" }) });
    await notes.insert({ book });
    await books.filter({ id: book }).delete();
    expect(await notes.rows()).toMatchObject([{ book_id: null }]);
  });

  it("refuses what is protected, and keeps everything", async () => {
    const shelf = await shelves.insert({ name: "a" });
    const book = await books.insert({ title: "one", shelf });
    await notes.insert({ book });
    await loans.insert({ book });
    await expect(shelves.filter({ id: shelf }).delete()).rejects.toThrow(Conflict);
    expect([await shelves.count(), await books.count(), await notes.count()]).toEqual([1, 1, 1]);
    expect(await notes.rows()).toMatchObject([{ book_id: book }]);
  });

  it("keeps what restricts it, unless that goes too", async () => {
    const rowsOf = <M extends typeof Artist | typeof Album | typeof Song>(one: M) =>
      QuerySet.of<M>(own.meta(one), database);
    const artist = await rowsOf(Artist).insert({ name: "one" });
    const album = await rowsOf(Album).insert({ artist });
    await rowsOf(Song).insert({ album, artist });
    await expect(rowsOf(Album).delete()).rejects.toThrow("This album cannot be deleted: a song refers to it by album.");
    const alone = await rowsOf(Song).insert({ album, artist: null });
    await expect(rowsOf(Artist).delete()).rejects.toThrow(Conflict);
    expect([await rowsOf(Artist).count(), await rowsOf(Album).count(), await rowsOf(Song).count()]).toEqual([1, 1, 2]);
    await rowsOf(Song).filter({ id: alone }).delete();
    expect(await rowsOf(Artist).delete()).toBe(1);
    expect([await rowsOf(Album).count(), await rowsOf(Song).count()]).toEqual([0, 0]);
  });

  it("leaves the clock of a row alone that refers to none then", async () => {
    const artist = await QuerySet.of<typeof Artist>(own.meta(Artist), database).insert({ name: "one" });
    const clocks = QuerySet.of<typeof Clock>(own.meta(Clock), database);
    await clocks.insert({ artist });
    const before = (await clocks.get()).changed_at;
    await QuerySet.of(own.meta(Artist), database).delete();
    expect(await clocks.get()).toMatchObject({ artist_id: null, changed_at: before });
  });

  it("ends where rows refer to each other in a circle", async () => {
    const shelf = await shelves.insert({ name: "a" });
    const one = await books.insert({ title: "one", shelf });
    const two = await books.insert({ title: "two", shelf, sequel_of: one });
    await books.filter({ id: one }).update({ sequel_of: two });
    expect(await books.filter({ id: one }).delete()).toBe(1);
    expect(await books.count()).toBe(0);
  });
});
