import { join } from "node:path";
import { ImproperlyConfigured } from "../../errors.ts";
import type { ModelRegistry } from "../../models/index.ts";
import { checkAppLabels } from "./concerned-apps.ts";
import type { MigrationFile } from "../files/migration-file.ts";
import { readMigrations } from "../files/migration-files.ts";
import { endsOf } from "../files/migration-order.ts";
import { emptyMigrationText } from "../files/migration-writer.ts";
import { stateOfFiles } from "../running/plan.ts";
import {
  checkMigrationName,
  numbered,
  writeMigrations,
  type WriteOptions,
  type WrittenMigration,
} from "../files/written-migration.ts";

export interface EmptyMigrationsOptions extends WriteOptions {
  readonly registry: ModelRegistry;
  readonly folder: string;
}

/**
 * Writes a migration without operations for each of some applications, to be filled by hand.
 *
 * @throws {ImproperlyConfigured} when there is no such application.
 */
export async function makeEmptyMigrations(
  appLabels: readonly string[],
  options: EmptyMigrationsOptions,
): Promise<readonly WrittenMigration[]> {
  const { registry, folder, name } = options;
  checkMigrationName(name);
  const files = await readMigrations(folder, registry.user.model.name);
  checkAppLabels(appLabels, files, registry);
  const written = appLabels.map((appLabel) => emptyAfter(endsOf(appLabel, files), appLabel, files, options, "custom"));
  return writeMigrations(written, options);
}

/**
 * Writes an empty migration for each application whose migrations have several ends; it depends on all of them.
 *
 * @throws {ImproperlyConfigured} when what they do does not go together.
 */
export async function mergeMigrations(options: EmptyMigrationsOptions): Promise<readonly WrittenMigration[]> {
  const { registry, folder, name } = options;
  checkMigrationName(name);
  const files = await readMigrations(folder, registry.user.model.name, { mayFork: true });
  const labels = [...new Set(files.map(({ appLabel }) => appLabel))];
  const forks = labels.map((label) => [label, endsOf(label, files)] as const).filter(([, ends]) => ends.length > 1);
  try {
    stateOfFiles(files, registry);
  } catch (error) {
    if (!(error instanceof ImproperlyConfigured)) throw error;
    throw new ImproperlyConfigured(`The ends do not go together: ${error.message} Change one of them by hand.`);
  }
  const written = forks.map(([appLabel, ends]) =>
    emptyAfter(ends, appLabel, files, options, `merge_${ends.join("_")}`.slice(0, 60).replace(/_+$/, "")),
  );
  return writeMigrations(written, options);
}

function emptyAfter(
  ends: readonly string[],
  appLabel: string,
  files: readonly MigrationFile[],
  { folder, name: given }: EmptyMigrationsOptions,
  usual: string,
): WrittenMigration {
  const own = files.filter((file) => file.appLabel === appLabel);
  const name = numbered(
    own.map((file) => file.name),
    given ?? usual,
  );
  return {
    appLabel,
    name,
    path: join(folder, appLabel, `${name}.ts`),
    text: emptyMigrationText(
      ends.map((end) => [appLabel, end]),
      ends.length > 1 ? [] : whatCanStand,
    ),
    does: [ends.length > 1 ? `depends on ${ends.join(" and ")}` : "does nothing yet"],
  };
}

/** What a person may want to write who has asked for an empty one. */
const whatCanStand: readonly string[] = [
  'runSql("UPDATE …", "UPDATE …"): there and back; { sqlite: "…", postgresql: "…" } where they differ',
  "runCode(async (database) => { … }, async (database) => { … }): work on rows, there and back",
  'addField("app.Model", "name", { kind: "text" }, { fill: "" }), and the like',
];
