import { describe, expect, test } from "vitest";
import { ImproperlyConfigured } from "../../../src/errors.ts";
import { columnPath } from "../../../src/models/index.ts";
import { joinAlias } from "../../../src/models/queries/column-path.ts";
import { Book, registryOf } from "../library.ts";

const meta = registryOf(Book).meta(Book);

describe("columnPath", () => {
  test.each([
    ["title", [], "title"],
    ["author", [], "author_id"],
    ["author_id", [], "author_id"],
    ["author.handle", ["author"], "handle"],
    ["author__handle", ["author"], "handle"],
    ["author__pk", ["author"], "id"],
    ["author__mentor_id", ["author"], "mentor_id"],
    ["sequel_of.author.mentor.handle", ["sequel_of", "author", "mentor"], "handle"],
  ])("reads %s", (path, relations, column) => {
    const found = columnPath(meta, path, "filter");
    expect(found.relations.map(({ name }) => name)).toEqual(relations);
    expect(found.field.column).toBe(column);
  });

  test.each([
    ["titel", 'filter: library.Book has no field "titel". Did you mean "title"?'],
    ["author__handel", 'filter: library.Author has no field "handel". Did you mean "handle"?'],
    ["autor__handle", 'filter: library.Book has no field "autor". Did you mean "author"?'],
    ["title__handle", 'filter: library.Book.title is no relation, so "title__handle" leads nowhere.'],
    ["author__", 'library.Author has no field ""'],
    ["", 'library.Book has no field ""'],
  ])("refuses %o and says what may be meant", (path, message) => {
    expect(() => columnPath(meta, path, "filter")).toThrow(ImproperlyConfigured);
    expect(() => columnPath(meta, path, "filter")).toThrow(message);
  });
});

test("joinAlias tells the ways to one table apart, and from the query's own table", () => {
  const aliases = ["title", "author.handle", "editor.handle", "sequel_of.title", "sequel_of.author.handle"].map(
    (path) => joinAlias(meta.table, columnPath(meta, path, "filter").relations),
  );
  expect(aliases).toEqual([
    "library_book",
    "library_book__author",
    "library_book__editor",
    "library_book__sequel_of",
    "library_book__sequel_of__author",
  ]);
});
