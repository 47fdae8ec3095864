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

/** Where the application that a command is about has its database, and the folder to which paths are relative; nothing is opened, nor made. */
export async function addressFrom(
  { environment, currentFolder }: Terminal,
  app: string | undefined,
): Promise<{ readonly address: DatabaseAddress; readonly folder: string }> {
  const file = findApplication({ app, environment, currentFolder });
  const { folder } = file;
  return { address: databaseAddressOf(await loadApplication(file), { environment, folder }), folder };
}
