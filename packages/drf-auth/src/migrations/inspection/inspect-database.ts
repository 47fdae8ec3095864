import type { Database } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import type { ModelRegistry } from "../../models/index.ts";
import { didYouMean } from "../../settings.ts";
import { isDjangoApp } from "../running/django-migrations.ts";
import type { FoundTable } from "./found-table.ts";
import { foundTables } from "./found-tables.ts";
import { modelsOfTables } from "./models-of-tables.ts";
import { modelsText } from "./models-text.ts";
import { notesOfUser } from "./user-draft.ts";
import { userTableOf } from "./user-table.ts";

export interface InspectOptions {
  readonly database: Database;
  readonly registry: ModelRegistry;
  /** Whose models are written. Default: every table that has no model yet and is not one of Django's own. */
  readonly tables?: readonly string[];
  /** The label of models of which the database does not say it. Default "main". */
  readonly appLabel?: string;
}

export interface Inspection {
  /** The file of the models, as TypeScript. */
  readonly text: string;
  /** The tables whose models are in it. */
  readonly tables: readonly string[];
  /** What the models could not say, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Writes the models of tables that are there, as Django's inspectdb does.
 *
 * @throws {ImproperlyConfigured} when a table is named that is not there.
 */
export async function inspectDatabase(options: InspectOptions): Promise<Inspection> {
  const { database, registry, tables: asked, appLabel = "main" } = options;
  if (!/^[a-z][a-z0-9_]*$/.test(appLabel) || isDjangoApp(appLabel)) {
    throw new ImproperlyConfigured(
      `"${appLabel}" cannot be the label of models: it is lower case, such as "shop", and no application of Django's own.`,
    );
  }
  const { tables: found, others } = await foundTables(database);
  const chosen = asked ? chosenOf(asked, found, others) : found.filter((table) => isForeign(table, registry));
  const known = await djangoNames(database, found);
  const user = userTableOf(found, chosen, known);
  const { models, leftOut } = modelsOfTables(chosen, {
    dialect: database.dialect,
    tables: found,
    appLabel,
    known: user?.name ? new Map([...known, [user.table, user.name]]) : known,
    metas: new Map(registry.metas.map((meta) => [meta.table, meta])),
    userTable: user?.table ?? registry.user.table,
    user,
  });
  const notes = [
    ...models.flatMap((one) => (one.user ? notesOfUser(one, one.user) : [])),
    ...[...leftOut].map(([table, why]) => `${table} is left out: ${why}.`),
    ...(asked ? [] : [...others].map(([name, what]) => `${name} is left out: it is ${what}.`)),
    ...models.flatMap((one) => one.notes.map((note) => `${one.table}: its model does not say this: ${note}.`)),
    ...models.flatMap((one) =>
      one.fields.flatMap(({ name, note }) => (note === undefined ? [] : [`${one.table}, field ${name}: ${note}.`])),
    ),
  ];
  return { text: modelsText(models), tables: models.map(({ table }) => table), notes };
}

function chosenOf(
  asked: readonly string[],
  found: readonly FoundTable[],
  others: ReadonlyMap<string, string>,
): readonly FoundTable[] {
  return asked.map((name) => {
    const table = found.find((one) => one.name === name);
    if (table) return table;
    const what = others.get(name);
    throw new ImproperlyConfigured(
      what === undefined
        ? `There is no table "${name}".${didYouMean(
            name,
            found.map((one) => one.name),
          )}`
        : `"${name}" is ${what}, and models are stored in tables.`,
    );
  });
}

/** Whether a table has no model yet, and is not one that Django or drf-auth keeps for itself. */
function isForeign({ name }: FoundTable, { metas }: ModelRegistry): boolean {
  if (metas.some(({ table }) => table === name)) return false;
  return !/^(?:django_(?:admin_log|content_type|migrations|session|site)|(?:auth|authtoken|token_blacklist|drf_auth)_\w+)$/.test(
    name,
  );
}

/** The label and the name of models by their table, as Django's own table lists them. */
async function djangoNames(database: Database, found: readonly FoundTable[]) {
  if (!found.some(({ name }) => name === "django_content_type")) return new Map<string, never>();
  const rows = await database.run({ sql: "SELECT app_label, model FROM django_content_type", isWrite: false }, []);
  return new Map(
    rows.map(([label, model]) => {
      const [appLabel, modelName] = [String(label), String(model)];
      return [`${appLabel}_${modelName}`, { appLabel, modelName }];
    }),
  );
}
