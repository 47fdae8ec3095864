import type { Database } from "../../database/index.ts";
import { type Applied, applyNext, type ApplyOptions } from "./apply-next.ts";
import type { MigrationFile } from "../files/migration-file.ts";
import { RecordingDatabase } from "./recording-database.ts";
import { onScratch } from "./scratch-database.ts";

/**
 * The SQL that leads to where a run of migrate would lead, for whom the tables are changed by others: a line a statement.
 *
 * It is what ran on a copy of the tables without rows that is thrown away, and so finds them as each step before left them.
 */
export async function sqlOf(
  database: Database,
  files: readonly MigrationFile[],
  options: Omit<ApplyOptions, "database" | "recording">,
): Promise<readonly string[]> {
  return onScratch(database, async (scratch) => {
    const recording = new RecordingDatabase(scratch, database.location);
    const lines: string[] = [];
    let hasUndone = false;
    for (let isLast = false; !isLast;) {
      const part = await applyNext(files, { ...options, database: recording, recording }, hasUndone);
      const statements = recording.take();
      if (statements.length > 0) lines.push(`-- ${titleOf(part)}`, ...inTransaction(statements, part));
      ({ isLast, hasUndone } = part);
    }
    const isSqlite = database.dialect === "sqlite";
    return [
      ...(isSqlite ? ["PRAGMA foreign_keys = OFF;"] : []),
      ...lines,
      ...(isSqlite ? ["PRAGMA foreign_key_check;", "PRAGMA foreign_keys = ON;"] : []),
      "-- npx drf-auth migrate then adds the permissions of new models, and finds nothing else to do.",
    ];
  });
}

function titleOf({ names, hasUndone }: Applied): string {
  return names.length === 0 ? "The tables that say what is applied" : `${hasUndone ? "Undo " : ""}${names.join(", ")}`;
}

function inTransaction(statements: readonly string[], { isAlone }: Applied): readonly string[] {
  return isAlone ? statements : ["BEGIN;", ...statements, "COMMIT;"];
}
