import { describe, expectTypeOf, test } from "vitest";
import {
  charField,
  choiceField,
  dateField,
  field,
  type InputOf,
  integerField,
  listField,
  model,
  modelSerializer,
  nested,
  type OutputOf,
  readOnly,
  type Row,
  serializer,
} from "../../src/index.ts";
import { Word } from "../conformance/application/words.ts";

describe("a serializer of no model", () => {
  const Line = serializer({ amount: integerField() });
  const Order = serializer({
    reference: charField({ maxLength: 20 }),
    due: dateField({ required: false, allowNull: true }),
    kind: choiceField({ choices: ["new", ["again", "Once more"]], default: "new" }),
    total: integerField({ readOnly: true }),
    secret: charField({ writeOnly: true }),
    renamed: charField({ source: "name" }),
    tags: listField({ child: charField() }),
    lines: nested(Line, { many: true }),
  });

  test("has the type of what it takes", () => {
    expectTypeOf<InputOf<typeof Order>>().toEqualTypeOf<{
      readonly reference: string;
      readonly due?: string | null;
      readonly kind: "again" | "new";
      readonly secret: string;
      readonly name: string;
      readonly tags: readonly string[];
      readonly lines: readonly { readonly amount: number }[];
    }>();
  });

  test("has the type of what it gives", () => {
    expectTypeOf<OutputOf<typeof Order>["due"]>().toEqualTypeOf<string | null>();
    expectTypeOf<OutputOf<typeof Order>["total"]>().toEqualTypeOf<number>();
    expectTypeOf<OutputOf<typeof Order>["lines"]>().toEqualTypeOf<readonly { readonly amount: number }[]>();
    // @ts-expect-error: what is only taken is not given.
    type _Secret = OutputOf<typeof Order>["secret"];
  });
});

describe("a model and its serializer", () => {
  const Book = model("books.Book", {
    title: field.char({ maxLength: 200 }),
    binding: field.char({
      maxLength: 1,
      choices: [
        ["h", "Hardback"],
        ["p", "Paperback"],
      ],
    }),
    price: field.decimal({ maxDigits: 6, decimalPlaces: 2, null: true, blank: true }),
    views: field.bigInteger({ default: 0n }),
    word: field.foreignKey(Word, { onDelete: "cascade" }),
    words: field.manyToMany(Word),
    made_at: field.dateTime({ autoNowAdd: true }),
  });

  test("have the types of the fields", () => {
    expectTypeOf<Row<typeof Book>>().toEqualTypeOf<{
      readonly id: number;
      readonly title: string;
      readonly binding: "h" | "p";
      readonly price: string | null;
      readonly views: bigint;
      readonly word_id: number;
      readonly made_at: string;
    }>();
  });

  test("of what is taken and given", () => {
    const BookSerializer = modelSerializer(Book, {
      fields: ["id", "title", "binding", "price", "words", "owner"],
      declared: { owner: readOnly({ source: "word.owner" }) },
      readOnlyFields: ["title"],
    });
    expectTypeOf<InputOf<typeof BookSerializer>>().toEqualTypeOf<{
      readonly binding: "h" | "p";
      readonly price?: string | null;
      readonly words?: readonly number[];
    }>();
    expectTypeOf<OutputOf<typeof BookSerializer>["words"]>().toEqualTypeOf<readonly number[]>();
    expectTypeOf<OutputOf<typeof BookSerializer>["binding"]>().toEqualTypeOf<"h" | "p">();
  });

  test("refuse names that are not there", () => {
    expectTypeOf<keyof typeof Book.fields>().not.toBeAny();
    // @ts-expect-error: the model has no such field.
    modelSerializer(Book, { fields: ["titel"] });
    // @ts-expect-error: nor one to leave out.
    modelSerializer(Book, { exclude: ["titel"] });
    // @ts-expect-error: nor one to say more of.
    modelSerializer(Book, { fields: ["title"], extra: { titel: { minLength: 1 } } });
    // @ts-expect-error: nor a way to it.
    modelSerializer(Book, { fields: ["a"], declared: { a: readOnly({ source: "word.txt" }) } });
    // @ts-expect-error: and a relation that may be null alone can be set to it.
    field.foreignKey(Word, { onDelete: "setNull" });
    // @ts-expect-error: a decimal is written with its digits.
    field.decimal({ maxDigits: 6 });
  });
});
