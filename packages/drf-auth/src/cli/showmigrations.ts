import { join } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import * as migrations from "../migrations/index.ts";
import { didYouMean } from "../settings.ts";
import { openFrom } from "./open.ts";
import type { Terminal } from "./terminal.ts";

export interface ShowMigrationsOptions {
  readonly app?: string;
  /** Whether it is written for programs. */
  readonly json?: boolean;
}

/** `drf-auth showmigrations`: says of each application which migrations there are, and which are applied. */
export async function showMigrations(
  terminal: Terminal,
  appLabels: readonly string[],
  options: ShowMigrationsOptions,
): Promise<number> {
  const { application, database, folder, registry } = await openFrom(terminal, options.app);
  try {
    const all = await migrations.appliedMigrations({
      database,
      registry,
      folder: join(folder, application.settings.migrationsFolder),
    });
    const apps = Map.groupBy(all, ({ appLabel }) => appLabel);
    const wrong = appLabels.find((label) => !apps.has(label));
    if (wrong !== undefined) {
      throw new ImproperlyConfigured(`There are no migrations of "${wrong}".${didYouMean(wrong, [...apps.keys()])}`);
    }
    const shown = [...apps].filter(([label]) => appLabels.length === 0 || appLabels.includes(label));
    terminal.say(
      options.json
        ? JSON.stringify(
            shown.flatMap(([, own]) => own),
            undefined,
            2,
          )
        : listOf(shown),
    );
    return 0;
  } finally {
    await database.close();
  }
}

function listOf(apps: readonly (readonly [string, readonly migrations.AppliedMigration[]])[]): string {
  return apps
    .flatMap(([label, own]) => [
      label,
      ...own.map(
        ({ name, isApplied, isLost, halfDone }) =>
          ` [${isApplied ? "X" : " "}] ${name}${isLost ? " (its file is gone)" : ""}${halfDone === undefined ? "" : ` (${halfDone})`}`,
      ),
    ])
    .join("\n");
}
