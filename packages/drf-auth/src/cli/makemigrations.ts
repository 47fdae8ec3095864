import { join, relative } from "node:path";
import * as migrations from "../migrations/index.ts";
import { openFrom } from "./open.ts";
import type { Terminal } from "./terminal.ts";

export interface MakeMigrationsOptions {
  readonly app?: string;
  readonly check?: boolean;
  readonly dryRun?: boolean;
  readonly name?: string;
}

/** `drf-auth makemigrations`: writes migrations for what changed in the models. */
export async function makeMigrations(terminal: Terminal, options: MakeMigrationsOptions): Promise<number> {
  const project = await openFrom(terminal, options.app);
  await project.database.close();
  const { application, folder, registry } = project;
  const isWritten = options.check !== true && options.dryRun !== true;
  const made = await migrations.makeMigrations({
    registry,
    folder: join(folder, application.settings.migrationsFolder),
    isDryRun: !isWritten,
    ...(options.name !== undefined && { name: options.name }),
  });
  for (const { path, text, models } of made) {
    terminal.say(
      `${isWritten ? "Wrote" : "Would write"} ${relative(terminal.currentFolder, path)}: ${models.join(", ")}`,
    );
    if (options.dryRun) terminal.say(text);
  }
  if (made.length === 0) terminal.say("No changes detected.");
  return options.check && made.length > 0 ? 1 : 0;
}
