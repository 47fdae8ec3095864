import type { FoundTable } from "./found-table.ts";

/** What Django's own list of models says of one. */
export interface ModelName {
  readonly appLabel: string;
  /** In lower case. */
  readonly modelName: string;
}

/** The table of the users of a project whose user model is its own. */
export interface UserTable {
  readonly table: string;
  /** What its model is called, where only a table that joins it to groups or permissions says so. */
  readonly name: ModelName | undefined;
  /** The tables that join it to groups and permissions; none unless it has all that Django's PermissionsMixin gives it. */
  readonly joins: readonly string[];
}

/** The tables that refer to users by `user_id`, whatever their model is. */
const referring = ["authtoken_token", "token_blacklist_outstandingtoken", "django_admin_log"];

/** What Django's PermissionsMixin joins users to, by the endings of the joining tables. */
const joinedBy = Object.freeze({ _groups: "auth_group", _user_permissions: "auth_permission" });

interface Join {
  readonly name: string;
  readonly table: string;
  readonly modelName: string;
}

/**
 * Finds the table of users by what refers to it; undefined where it is Django's own or none of those that are chosen, or
 * where nothing says which it is.
 */
export function userTableOf(
  tables: readonly FoundTable[],
  chosen: readonly FoundTable[],
  known: ReadonlyMap<string, ModelName>,
): UserTable | undefined {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const has = (table: string, ...columns: readonly string[]): boolean =>
    columns.every((column) => byName.get(table)?.columns.some(({ name }) => name === column) === true);
  const joins = tables.flatMap((table) => joinOf(table) ?? []);
  const referredTo = referring.flatMap(
    (name) => byName.get(name)?.references.find(({ columns }) => columns.join() === "user_id")?.table ?? [],
  );
  // Models that nobody logs in by may be joined to groups, too.
  const table = [...referredTo, ...joins.map((join) => join.table)].find((name) => has(name, "password", "last_login"));
  if (table === undefined || table === "auth_user" || !chosen.includes(byName.get(table) as FoundTable))
    return undefined;
  const own = joins.filter((join) => join.table === table);
  const isWhole = own.length === Object.keys(joinedBy).length && has(table, "is_superuser");
  const name = known.has(table) ? undefined : nameOf(table, own[0]?.modelName, known);
  return { table, name, joins: isWhole ? own.map((join) => join.name) : [] };
}

/** Of a table with a name of its own Django's list of models says which application it is of. */
function nameOf(
  table: string,
  modelName: string | undefined,
  known: ReadonlyMap<string, ModelName>,
): ModelName | undefined {
  if (modelName === undefined) return undefined;
  const [only, ...others] = [...known.values()].filter((one) => one.modelName === modelName);
  if (only && others.length === 0) return only;
  const appLabel = table.endsWith(`_${modelName}`) ? table.slice(0, -modelName.length - 1) : undefined;
  return appLabel === undefined ? undefined : { appLabel, modelName };
}

function joinOf({ name, references }: FoundTable): Join | undefined {
  for (const [ending, other] of Object.entries(joinedBy)) {
    if (!name.endsWith(ending) || !references.some(({ table }) => table === other)) continue;
    const table = name.slice(0, -ending.length);
    const modelName = references
      .find((one) => one.table === table)
      ?.columns.join()
      .replace(/_id$/, "");
    if (modelName !== undefined) return { name, table, modelName };
  }
  return undefined;
}
