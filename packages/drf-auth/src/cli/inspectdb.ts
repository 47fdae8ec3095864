import { existsSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { makeSecretKey } from "../auth/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { inspectDatabase } from "../migrations/index.ts";
import { openFrom } from "./open.ts";
import type { Terminal } from "./terminal.ts";

export interface InspectDatabaseOptions {
  readonly app?: string;
  readonly appLabel?: string;
  /** The file that is written. Default: the models are said. */
  readonly output?: string;
}

/** `drf-auth inspectdb`: writes the models of tables that are there. */
export async function inspectDatabaseOf(
  terminal: Terminal,
  tables: readonly string[],
  { app, appLabel, output }: InspectDatabaseOptions,
): Promise<number> {
  const file = output === undefined ? undefined : resolve(terminal.currentFolder, output);
  if (file !== undefined && existsSync(file)) {
    throw new ImproperlyConfigured(`${output} is there already, and was left as it is: name another file.`);
  }
  const { SECRET_KEY, SECRET_KEY_FILE } = terminal.environment;
  // Nothing is signed here: none need be made, and said where only models should be.
  const hasKey = SECRET_KEY || SECRET_KEY_FILE;
  const project = await openFrom(terminal, app, hasKey ? {} : { SECRET_KEY: makeSecretKey() });
  try {
    const { database, registry } = project;
    const found = await inspectDatabase({
      database,
      registry,
      ...(tables.length > 0 && { tables }),
      ...(appLabel !== undefined && { appLabel }),
    });
    for (const note of found.notes) terminal.complain(note);
    if (found.tables.length === 0) {
      terminal.complain(`There is no table in ${database.location} that has no model yet.`);
      return 1;
    }
    if (file === undefined) {
      terminal.say(found.text.trimEnd());
      return 0;
    }
    writeFileSync(file, found.text, { flag: "wx" });
    terminal.say(`Wrote ${relative(terminal.currentFolder, file)}: the models of ${found.tables.join(", ")}.`);
    terminal.say(
      "Read it, add the models to the application, then run drf-auth makemigrations and drf-auth migrate --fake-initial.",
    );
    return 0;
  } finally {
    await project.database.close();
  }
}
