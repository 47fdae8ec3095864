import { field, limitOffset, model, modelSerializer, modelViewSet } from "../../../src/index.ts";
import { Tag } from "./tags.ts";
import { Word } from "./words.ts";

/** A field of every kind. */
export const Sample = model(
  "thesaurus.Sample",
  {
    char: field.char({ maxLength: 20 }),
    text: field.text({ blank: true }),
    slug: field.slug({ null: true, blank: true, unique: true }),
    email: field.email({ blank: true }),
    url: field.url({ blank: true }),
    uuid: field.uuid({ null: true, blank: true }),
    integer: field.integer({ default: 5, minValue: 1, maxValue: 10 }),
    big_integer: field.bigInteger({ null: true, blank: true }),
    positive: field.positiveSmallInteger({ null: true, blank: true }),
    float: field.float({ null: true, blank: true }),
    decimal: field.decimal({ maxDigits: 6, decimalPlaces: 2, null: true, blank: true }),
    boolean: field.boolean({ default: false }),
    maybe: field.boolean({ null: true, blank: true }),
    date: field.date({ null: true, blank: true }),
    time: field.time({ null: true, blank: true }),
    datetime: field.dateTime({ null: true, blank: true }),
    duration: field.duration({ null: true, blank: true }),
    choice: field.char({
      maxLength: 1,
      choices: [
        ["a", "Alpha"],
        ["b", "Beta"],
        ["c", "Gamma"],
      ],
      default: "a",
    }),
    json: field.json({ null: true, blank: true }),
    ip: field.ip({ null: true, blank: true }),
    code: field.char({ maxLength: 8, blank: true, pattern: /^[A-Z]{3}-\d{4}$/ }),
    word: field.foreignKey(Word, { null: true, blank: true, onDelete: "setNull" }),
    tags: field.manyToMany(Tag, { blank: true }),
  },
  { ordering: ["id"] },
);

const SampleSerializer = modelSerializer(Sample, { fields: "__all__" });

export const samples = modelViewSet(SampleSerializer, { pagination: limitOffset({ defaultLimit: 10 }) });
