import { databaseAddressOf, openProject, type Project } from "../application/index.ts";
import type { DatabaseAddress } from "../database/index.ts";
import { findApplication, loadApplication } from "./find-application.ts";
import type { Environment } from "../settings.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Finds, loads and opens the project that a command is about; a secret that was made now is said. What is given stands
 * before the environment.
 */
export async function openFrom(
  terminal: Terminal,
  app: string | undefined,
  given: Environment = {},
): Promise<Project & { readonly file: string }> {
  const { currentFolder } = terminal;
  const environment = { ...terminal.environment, ...given };
  const file = findApplication({ app, environment, currentFolder });
  const project = await openProject(await loadApplication(file), { environment, folder: file.folder });
  const { madeAt } = project.secretKey;
  if (madeAt !== undefined) terminal.say(`Made a secret key and keep it in ${madeAt}.`);
  return { ...project, file: file.path };
}

/** Where the database is of the application that a command is about; nothing is opened, nor made. */
export async function addressFrom(
  { environment, currentFolder }: Terminal,
  app: string | undefined,
): Promise<DatabaseAddress> {
  const file = findApplication({ app, environment, currentFolder });
  return databaseAddressOf(await loadApplication(file), { environment, folder: file.folder });
}
