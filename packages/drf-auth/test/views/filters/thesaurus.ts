import type { IncomingMessage } from "node:http";
import { Request } from "../../../src/http/index.ts";
import { createRegistry, field, model, type Model, type ModelMeta, QuerySet, User } from "../../../src/models/index.ts";
import type { Database } from "../../../src/database/index.ts";
import { temporaryDatabase, write } from "../../database/temporary-database.ts";

export const Word = model(
  "thesaurus.Word",
  {
    text: field.char({ maxLength: 100, unique: true }),
    synonym: field.char({ maxLength: 100, blank: true }),
    antonym: field.char({ maxLength: 100, null: true, blank: true }),
    definition: field.text({ blank: true }),
    owner: field.foreignKey("user", { onDelete: "cascade", relatedName: "words" }),
    created_at: field.dateTime(),
  },
  { ordering: ["id"] },
);

const choice = field.char({ maxLength: 1 });

/** A field of every kind. */
export const Sample = model(
  "thesaurus.Sample",
  {
    char: field.char({ maxLength: 20 }),
    integer: field.integer(),
    big_integer: field.integer({ null: true }),
    boolean: field.boolean(),
    maybe: field.boolean({ null: true }),
    datetime: field.dateTime({ null: true }),
    choice: {
      ...choice,
      options: {
        ...choice.options,
        choices: [
          ["a", "Alpha"],
          ["b", "Beta"],
          ["c", "Gamma"],
        ],
      },
    } as typeof choice,
    word: field.foreignKey(Word, { null: true, onDelete: "setNull" }),
  },
  { ordering: ["id"] },
);

const schema = `
  create table auth_user (id integer primary key, username varchar(150) not null);
  create table thesaurus_word (id integer primary key, text varchar(100) not null unique, synonym varchar(100) not null,
    antonym varchar(100) null, definition text not null, owner_id bigint not null, created_at datetime not null);
  create table thesaurus_sample (id integer primary key, char varchar(20) not null, integer integer not null,
    big_integer bigint null, boolean bool not null, maybe bool null, datetime datetime null, choice varchar(1) not null,
    word_id bigint null)`;

const words = [
  ["fond", "enamored", "averse", "", 1, "2024-01-01T00:00:00Z"],
  ["wrath", "anger", "delight", "Great anger; 100% rage", 1, "2024-01-01T10:00:00Z"],
  ["diligent", "employed", "idle", "", 1, "2024-01-02T00:00:00.500000Z"],
  ["outfit", "garb", null, "A set of clothes", 2, "2024-02-01T00:00:00Z"],
  ["guide", "usher", "follow", "who_leads \\ shows", 2, "2024-03-01T12:30:00Z"],
  ["Été", "summer", null, "red hot chili", 2, "2024-03-01T12:30:00Z"],
  ["null", "nothing", null, 'it\'s "quoted" here', 1, "2025-01-01T00:00:00Z"],
  ["a,b", "comma", "", "two  spaces", 2, "2025-06-01T00:00:00Z"],
] as const;

const samples = [
  ["one", 1, 9007199254740991, true, true, "2024-01-01T00:00:00Z", "a", 1],
  ["two", 5, 5, false, false, "2024-01-01T10:00:00.250000Z", "b", 2],
  ["three", 10, -7, true, null, null, "c", null],
  ["5", 55, 55, false, null, "2024-06-01T00:00:00Z", "a", 4],
  ["", -5, null, false, true, null, "b", 1],
] as const;

export interface Thesaurus {
  readonly word: ModelMeta;
  readonly sample: ModelMeta;
  readonly objectsOf: (meta: ModelMeta) => QuerySet<Model>;
}

/** Three users, their words, and a few samples, until the test has ended; a wrapped database may answer later. */
export async function thesaurus(wrap: (database: Database) => Database = (database) => database): Promise<Thesaurus> {
  const database = await temporaryDatabase(schema, { synchronous: "OFF" });
  const registry = createRegistry([User, Word, Sample], User);
  const objectsOf = (meta: ModelMeta): QuerySet<Model> => QuerySet.of(meta, wrap(database));
  await database.transaction(async () => {
    await write(database, "insert into auth_user (username) values ('ada'), ('ben'), ('eve')");
    const wordRows = QuerySet.of<typeof Word>(registry.meta(Word), database);
    for (const [text, synonym, antonym, definition, owner, created_at] of words) {
      await wordRows.insert({ text, synonym, antonym, definition, owner, created_at });
    }
    const sampleRows = QuerySet.of<typeof Sample>(registry.meta(Sample), database);
    for (const [char, integer, big_integer, boolean, maybe, datetime, letter, word] of samples) {
      await sampleRows.insert({ char, integer, big_integer, boolean, maybe, datetime, choice: letter, word });
    }
  });
  return { word: registry.meta(Word), sample: registry.meta(Sample), objectsOf };
}

/** A request for a list with a query. */
export function requestOf(query: string): Request {
  const silent = (): void => undefined;
  return new Request(
    { method: "GET", url: query === "" ? "/words/" : `/words/?${query}`, headers: {} } as IncomingMessage,
    {
      id: "request-1",
      log: { info: silent, warn: silent, error: silent },
      params: {},
      parsers: [],
      maxBodyBytes: 0,
    },
  );
}
