import { field, model, User } from "../../src/models/index.ts";

/** What books are about. */
export const Tag = model("shelf.Tag", { name: field.char({ maxLength: 20 }), weight: field.integer({ default: 1 }) });

/** Who writes, and who is whose boss; refers to books as they refer to people. */
export const Person = model("shelf.Person", {
  name: field.char({ maxLength: 100 }),
  age: field.integer({ null: true }),
  boss: field.foreignKey("self", { onDelete: "setNull", null: true }),
  get favourite() {
    return field.foreignKey(Book, { onDelete: "setNull", null: true });
  },
});

/** A field of every kind that look-ups tell apart, and relations of every kind. */
export const Book = model("shelf.Book", {
  title: field.char({ maxLength: 100 }),
  subtitle: field.char({ maxLength: 100, null: true }),
  kind: field.char({
    maxLength: 1,
    default: "a",
    choices: [
      ["a", "A"],
      ["b", "B"],
    ],
  }),
  pages: field.integer(),
  sold: field.integer({ null: true }),
  views: field.bigInteger({ default: 0n }),
  price: field.decimal({ maxDigits: 8, decimalPlaces: 2, default: "0" }),
  score: field.float({ default: 0 }),
  is_lent: field.boolean({ default: false }),
  at: field.dateTime({ default: "now" }),
  on: field.date({ null: true }),
  facts: field.json({ default: {} }),
  key: field.uuid({ null: true }),
  get author() {
    return field.foreignKey(Person, { onDelete: "cascade", relatedName: "books" });
  },
  get editor() {
    return field.foreignKey(Person, { onDelete: "setNull", null: true });
  },
  owner: field.foreignKey("user", { onDelete: "setNull", null: true }),
  keeper: field.foreignKey(User, { onDelete: "setNull", null: true }),
  tags: field.manyToMany(Tag),
  readers: field.manyToMany("user"),
  like: field.manyToMany("self"),
});
