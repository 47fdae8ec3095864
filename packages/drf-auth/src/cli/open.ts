import { openProject, type Project, type ProjectOptions } from "../application/index.ts";
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

/** Opens a project where its tables are changed: on the database of MIGRATION_DATABASE_URL where that is set, and without a key. */
export function openForMigrations(terminal: Terminal, app: string | undefined): Promise<OpenedProject> {
  const { MIGRATION_DATABASE_URL: url } = terminal.environment;
  return openFrom(terminal, app, url ? { DATABASE_URL: url } : {}, { signsNothing: true });
}
