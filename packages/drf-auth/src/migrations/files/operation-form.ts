import { ImproperlyConfigured } from "../../errors.ts";
import { didYouMean } from "../../settings.ts";
import type { Operation, OwnSql } from "../operations.ts";

type Shape = "function" | "list" | "object" | "sql" | "text";

/** What an operation is given, and how it is written. */
interface Form {
  readonly needs: Readonly<Record<string, Shape>>;
  readonly example: string;
}

const forms: Readonly<Record<Operation["type"], Form>> = {
  addConstraint: {
    needs: { model: "text", constraint: "object" },
    example: 'addConstraint("notes.Note", { name: "note_titles", unique: ["title"] })',
  },
  addField: {
    needs: { model: "text", name: "text", field: "object" },
    example: 'addField("notes.Note", "title", { kind: "text" }, { fill: "" })',
  },
  addIndex: {
    needs: { model: "text", index: "object" },
    example: 'addIndex("notes.Note", { name: "note_title_idx", fields: ["title"] })',
  },
  alterField: {
    needs: { model: "text", name: "text", field: "object" },
    example: 'alterField("notes.Note", "title", { kind: "char", maxLength: 100 })',
  },
  alterTable: { needs: { model: "text", table: "text" }, example: 'alterTable("notes.Note", "memos")' },
  alterUniqueTogether: {
    needs: { model: "text", sets: "list" },
    example: 'alterUniqueTogether("notes.Note", [["owner", "title"]]), or [] for none',
  },
  createModel: {
    needs: { name: "text", fields: "object", uniqueTogether: "list", indexes: "list", constraints: "list" },
    example: 'createModel("notes.Note", { id: { kind: "bigAuto", primaryKey: true }, title: { kind: "text" } })',
  },
  deleteModel: { needs: { name: "text" }, example: 'deleteModel("notes.Note")' },
  removeConstraint: {
    needs: { model: "text", name: "text" },
    example: 'removeConstraint("notes.Note", "note_titles")',
  },
  removeField: { needs: { model: "text", name: "text" }, example: 'removeField("notes.Note", "title")' },
  removeIndex: { needs: { model: "text", name: "text" }, example: 'removeIndex("notes.Note", "note_title_idx")' },
  renameField: {
    needs: { model: "text", name: "text", to: "text" },
    example: 'renameField("notes.Note", "title", "name")',
  },
  renameModel: { needs: { name: "text", to: "text" }, example: 'renameModel("notes.Note", "notes.Memo")' },
  runCode: { needs: { forwards: "function" }, example: "runCode(async (database) => {}, async (database) => {})" },
  runSql: {
    needs: { forwards: "sql" },
    example: 'runSql("UPDATE …", "UPDATE …"), or { sqlite: "…", postgresql: "…" } for each of the two',
  },
};

/**
 * Finds the operation in what a file gives: in plain JavaScript, and beside the types, anything may be left out.
 *
 * @throws {ImproperlyConfigured} that says how it is written.
 */
export function completeOperation(given: unknown): Operation {
  const { type } = Object(given) as { readonly type?: unknown };
  if (typeof type !== "string" || !Object.hasOwn(forms, type)) {
    throw new ImproperlyConfigured(
      `an operation of it is none: ${JSON.stringify(given)}. Write createModel(…), addField(…) or another of ` +
        '"drf-auth/migrations".',
    );
  }
  const { needs, example } = forms[type as Operation["type"]];
  const values = (type === "createModel" ? Object((given as { model?: unknown }).model) : given) as Readonly<
    Record<string, unknown>
  >;
  const lacking = Object.entries(needs).find(([name, shape]) => !hasShape(values[name], shape))?.[0];
  if (lacking !== undefined) {
    throw new ImproperlyConfigured(
      `${type} of ${named(values)} lacks \`${lacking}\`, or has it in another form. It is written ${example}.`,
    );
  }
  return given as Operation;
}

function named({ model, name }: Readonly<Record<string, unknown>>): string {
  return typeof model === "string" ? model : typeof name === "string" ? name : "nothing";
}

function hasShape(value: unknown, shape: Shape): boolean {
  if (shape === "list") return Array.isArray(value);
  if (shape === "sql") return typeof value === "string" || hasShape(value, "object");
  if (shape === "object") return typeof value === "object" && value !== null && !Array.isArray(value);
  return typeof value === (shape === "text" ? "string" : shape);
}

const dialects = ["sqlite", "postgresql"] as const;

/**
 * SQL of one's own for each database; an empty text says that there is nothing to do on one.
 *
 * @throws {ImproperlyConfigured} when it says nothing of one of them, or something of another.
 */
export function completeSql(sql: OwnSql): OwnSql {
  if (typeof sql === "string") return sql;
  const given = Object.entries(sql);
  const unknown = given.map(([name]) => name).find((name) => !(dialects as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new ImproperlyConfigured(`runSql knows no database "${unknown}".${didYouMean(unknown, dialects)}`);
  }
  const lacking = dialects.find((dialect) => typeof sql[dialect] !== "string");
  if (lacking !== undefined) {
    throw new ImproperlyConfigured(
      `runSql says nothing of ${lacking}. Write its SQL, or ${lacking}: "" where nothing is to be done there.`,
    );
  }
  return Object.fromEntries(given.filter(([, text]) => text !== ""));
}
