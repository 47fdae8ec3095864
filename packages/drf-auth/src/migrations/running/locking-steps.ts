import { ImproperlyConfigured } from "../../errors.ts";
import { fieldKinds } from "../../models/index.ts";
import type { MigrationContext } from "./migrate.ts";
import { readMigrations } from "../files/migration-files.ts";
import { type FieldState, madeBy } from "../operations.ts";
import { planOf } from "./plan.ts";
import { quoted } from "../schema/quoted.ts";
import type { Step } from "../schema/schema-editor.ts";
import { sentenceOf } from "../states/steps.ts";

/** A step that would hold a table of PostgreSQL for as long as it takes to read or to write all of it. */
export interface LockingStep {
  /** The migration, as `notes.0002_title`. */
  readonly key: string;
  /** What it does. */
  readonly sentence: string;
  readonly table: string;
  /** About how many rows the table has; undefined where the database has not counted yet. */
  readonly rows: number | undefined;
  /** Whether it holds the table for moments only where its migration is not atomic. */
  readonly hasSafeForm: boolean;
}

/** Finds what of the migrations that wait would keep others from a table; none on SQLite, where a write waits anyway. */
export async function lockingSteps({ database, registry, folder }: MigrationContext): Promise<readonly LockingStep[]> {
  if (database.dialect !== "postgresql") return [];
  const plan = await planOf(database, registry, await readMigrations(folder, registry.user.model.name));
  const isNew = new Set(plan.files.flatMap(({ steps }) => steps.map(({ operation }) => madeBy(operation))));
  const found: LockingStep[] = [];
  for (const { file, steps } of plan.files) {
    const isSafe = file.migration.isAtomic === false;
    for (const step of steps) {
      const { operation, before } = step;
      const cost = costOf(step);
      if (cost === undefined || !("model" in operation) || typeof operation.model !== "string") continue;
      const { model } = operation;
      if (isNew.has(model) || (isSafe && cost === "reads")) continue;
      const table = before.get(model)?.table;
      if (table === undefined) throw new ImproperlyConfigured(`${file.path} changes ${model}, which is not there.`);
      const counted = await database.run(
        { sql: "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass($1)", isWrite: false },
        [quoted(table)],
      );
      const rows = Number(counted[0]?.[0] ?? -1);
      found.push({
        key: file.key,
        sentence: sentenceOf(step),
        table,
        rows: rows < 0 ? undefined : rows,
        hasSafeForm: cost === "reads",
      });
    }
  }
  return found;
}

/** What a step does with all rows of its table while others wait: reads them, or writes them anew. */
function costOf({ operation, before }: Step): "reads" | "writes" | undefined {
  switch (operation.type) {
    case "addField":
      return isLooked(operation.field) ? "reads" : undefined;
    case "alterUniqueTogether":
      return operation.sets.length > 0 ? "reads" : undefined;
    case "addIndex":
    case "addConstraint":
      return "reads";
    case "alterField": {
      const old = before.get(operation.model)?.fields[operation.name];
      const { field } = operation;
      if (!old) return undefined;
      if (isRewritten(old, field)) return "writes";
      const isChecked =
        (old.null && !field.null) ||
        (!isUnique(old) && isUnique(field)) ||
        (!old.index && field.index) ||
        (checkOf(field) !== undefined && checkOf(field) !== checkOf(old));
      return isChecked || old.to !== field.to ? "reads" : undefined;
    }
    default:
      return undefined;
  }
}

function isLooked({ index, unique, to }: FieldState): boolean {
  return index === true || unique === true || to !== undefined;
}

/** A longer text, or one without an end, is stored as it was; all else is written anew. */
function isRewritten(old: FieldState, field: FieldState): boolean {
  const isText = ({ kind, maxLength }: FieldState) => kind === "text" || maxLength !== undefined;
  if (isText(old) && isText(field)) return (field.maxLength ?? Infinity) < (old.maxLength ?? Infinity);
  return typeOf(old) !== typeOf(field);
}

/** A relation has the type of the key that it refers to, and stays a relation. */
function typeOf(field: FieldState): string {
  return field.to === undefined ? fieldKinds[field.kind].postgresql.type(field) : "";
}

function checkOf({ kind }: FieldState): string | undefined {
  return fieldKinds[kind].postgresql.check?.("");
}

function isUnique({ kind, unique }: FieldState): boolean {
  return unique === true || kind === "oneToOne";
}
