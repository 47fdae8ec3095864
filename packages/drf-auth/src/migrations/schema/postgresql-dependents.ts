import type { Database } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { quoted } from "./quoted.ts";

/** What is removed: a table, or a column of it. */
export interface Removed {
  readonly table: string;
  readonly column?: string;
}

/** What PostgreSQL would remove along with a table or a column that is not of it: views, functions, triggers of one's own. */
export async function dependentsOf(database: Database, { table, column }: Removed): Promise<readonly string[]> {
  const sql =
    "WITH gone AS (SELECT to_regclass($1)::oid AS oid, (SELECT attnum FROM pg_attribute " +
    "WHERE attrelid = to_regclass($1) AND attname = $2) AS attnum) " +
    "SELECT DISTINCT CASE WHEN v.oid IS NULL THEN pg_describe_object(d.classid, d.objid, d.objsubid) ELSE " +
    "CASE v.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || v.oid::regclass::text END " +
    "FROM gone JOIN pg_depend d ON d.refobjid = gone.oid AND d.refclassid = 'pg_class'::regclass " +
    "LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid " +
    "LEFT JOIN pg_class v ON v.oid = r.ev_class AND v.oid <> gone.oid " +
    "LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid " +
    "LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid " +
    "LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid " +
    "WHERE d.deptype = 'n' AND d.classid <> 'pg_constraint'::regclass AND (gone.attnum IS NULL OR d.refobjsubid = gone.attnum) AND " +
    // What is of the table goes with it, though not with a column.
    "(gone.attnum IS NOT NULL OR gone.oid NOT IN (coalesce(t.tgrelid, 0), coalesce(p.polrelid, 0), coalesce(f.adrelid, 0), " +
    "coalesce(r.ev_class, 0))) ORDER BY 1";
  const rows = await database.run({ sql, isWrite: false }, [quoted(table), column ?? ""]);
  return rows.map(([name]) => String(name));
}

/** Refuses to remove what others depend on. */
export async function mustBeAlone(database: Database, removed: Removed): Promise<void> {
  const dependents = await dependentsOf(database, removed);
  if (dependents.length > 0) throw new ImproperlyConfigured(dependsOn(dependents));
}

/** Says what to do about those who depend on what is removed. */
export function dependsOn(dependents: readonly string[]): string {
  return `${dependents.join(", ")} would go along. Drop that first with runSql, and make it anew after it where it is still wanted.`;
}

/** Removes the references to a table of other tables, which go too. */
export async function dropReferencesTo(database: Database, table: string, known: readonly string[]): Promise<void> {
  const sql =
    "SELECT r.relname, c.conname FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid " +
    "WHERE c.contype = 'f' AND c.confrelid = to_regclass($1) AND c.conrelid <> c.confrelid ORDER BY 1, 2";
  for (const [from, name] of await database.run({ sql, isWrite: false }, [quoted(table)])) {
    if (!known.includes(String(from))) {
      throw new ImproperlyConfigured(dependsOn([`the reference ${String(name)} of the table ${String(from)}`]));
    }
    const drop = `ALTER TABLE ${quoted(String(from))} DROP CONSTRAINT ${quoted(String(name))}`;
    await database.run({ sql: drop, isWrite: true }, []);
  }
}
