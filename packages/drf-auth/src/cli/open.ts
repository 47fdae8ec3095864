import { databaseAddressOf, openProject, type Project, type ProjectOptions } from "../application/index.ts";
import type { DatabaseAddress } from "../database/index.ts";
import { findApplication, loadApplication } from "./find-application.ts";
import type { Environment } from "../settings.ts";
import type { Terminal } from "./terminal.ts";

/** A project, and where its application is. */
export type OpenedProject = Project & { readonly file: string };

/**
 * Finds, loads and opens the project that a command is about; a secret that was made now is said. What is given stands
 * before the environment.
 */
export async function openFrom(
  terminal: Terminal,
  app: string | undefined,
  given: Environment = {},
  options: Pick<ProjectOptions, "signsNothing"> = {},
): Promise<OpenedProject> {
  const { currentFolder } = terminal;
  const environment = { ...terminal.environment, ...given };
  const file = findApplication({ app, environment, currentFolder });
  const project = await openProject(await loadApplication(file), { environment, folder: file.folder, ...options });
  const { madeAt } = project.secretKey;
  if (madeAt !== undefined) terminal.say(`Made a secret key and keep it in ${madeAt}.`);
  return { ...project, file: file.path };
}

/** Where the application that a command is about has its database, and the folder to which paths are relative; nothing is opened, nor made. */
export async function addressFrom(
  { environment, currentFolder }: Terminal,
  app: string | undefined,
): Promise<{ readonly address: DatabaseAddress; readonly folder: string }> {
  const file = findApplication({ app, environment, currentFolder });
  const { folder } = file;
  return { address: databaseAddressOf(await loadApplication(file), { environment, folder }), folder };
}

/** Opens a project where its tables are changed: on the database of MIGRATION_DATABASE_URL where that is set, and without a key. */
export function openForMigrations(terminal: Terminal, app: string | undefined): Promise<OpenedProject> {
  const { MIGRATION_DATABASE_URL: url } = terminal.environment;
  return openFrom(terminal, app, url ? { DATABASE_URL: url } : {}, { signsNothing: true });
}
