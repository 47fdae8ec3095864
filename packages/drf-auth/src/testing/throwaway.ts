import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Application, assemble, type Assembled, openProject, type Project } from "../application/index.ts";
import { makeSecretKey } from "../auth/index.ts";
import { type StatementEvent, statementChannel } from "../database/index.ts";
import { migrate, migrationsOfModels } from "../migrations/index.ts";
import { testDatabase } from "./test-database.ts";
import type { Environment } from "../settings.ts";

export interface ThrowawayOptions {
  /** The folder of the application's file, whose migrations are applied. */
  readonly folder: string;
  readonly environment?: Environment;
  /** Whether tables are made of the models as they are, whatever the folder of migrations has. Default false. */
  readonly hasNoMigrations?: boolean;
  /** Takes each line of the log. Default: nothing is logged. */
  readonly log?: (line: string) => void;
  /**
   * The PostgreSQL server on which the database is made, by an address whose user may make databases; "" for SQLite.
   * Default: that of TEST_DATABASE_URL.
   */
  readonly serverUrl?: string;
}

/** A project on a database of its own that is removed with it. */
export interface Throwaway {
  readonly project: Project;
  readonly assembled: Assembled;
  /** Where its database is. */
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/**
 * Opens an application on a fresh, migrated database, for a test: in a file of SQLite, or on the PostgreSQL server that
 * TEST_DATABASE_URL names.
 */
export async function throwaway(application: Application, options: ThrowawayOptions): Promise<Throwaway> {
  const scratch = mkdtempSync(join(tmpdir(), "drf-auth-test-"));
  const { serverUrl = process.env["TEST_DATABASE_URL"] } = options;
  const made = serverUrl ? await testDatabase(serverUrl) : undefined;
  const environment = {
    SECRET_KEY: makeSecretKey(),
    ...options.environment,
    DATABASE_URL: made?.url ?? `sqlite:${join(scratch, "test.sqlite3")}`,
  };
  // What is thrown away need not survive a loss of power, and waiting for the disk is most of a test's time.
  const database = { synchronous: "OFF" } as const;
  const project = await openProject(application, { environment, folder: options.folder, database });
  const { registry } = project;
  await migrate({
    database: project.database,
    registry,
    folder: join(options.folder, application.settings.migrationsFolder),
    ...(options.hasNoMigrations && { files: migrationsOfModels(registry) }),
    log: () => {},
  });
  const { log } = options;
  const assembled = await assemble(project, {
    logLevel: log ? "info" : "silent",
    ...(log && { logStream: { write: log } }),
  });
  return {
    project,
    assembled,
    databaseUrl: environment.DATABASE_URL,
    close: async () => {
      await assembled.close();
      await made?.remove();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

/** Runs some work and gives the SQL of every statement that ran meanwhile. */
export async function statementsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const statements: string[] = [];
  const note = (message: unknown): void => void statements.push((message as StatementEvent).sql);
  statementChannel.subscribe(note);
  try {
    await work();
  } finally {
    statementChannel.unsubscribe(note);
  }
  return statements;
}
