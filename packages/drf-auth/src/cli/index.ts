import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { ImproperlyConfigured } from "../errors.ts";
import { createSuperuser, type CreateSuperuserOptions } from "./createsuperuser.ts";
import { exitCodeOf } from "./exit-code.ts";
import { ApplicationNotLoaded } from "./find-application.ts";
import { makeMigrations, type MakeMigrationsOptions } from "./makemigrations.ts";
import { migrate, type MigrateOptions } from "./migrate.ts";
import { secret } from "./secret.ts";
import { serve, type ServeOptions } from "./serve.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

/** Runs a command line and gives its exit code: 0, 2 for a wrong command line, 78 for a wrong configuration, else 1. */
export async function run(words: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let exitCode = 0;
  const program = commands(terminal, (code) => (exitCode = code));
  try {
    await program.parseAsync([...words], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.complain(complaint(error));
    return exitCodeOf(error);
  }
}

function commands(terminal: Terminal, end: (code: number) => void): Command {
  const program = new Command("drf-auth")
    .description("An authenticated REST API in TypeScript, the way Django REST framework does it.")
    .version(version())
    .configureOutput({
      writeOut: (text) => terminal.say(text.trimEnd()),
      writeErr: (text) => terminal.complain(text.trimEnd()),
    })
    .exitOverride()
    .showHelpAfterError();
  const command = (name: string, description: string) =>
    program
      .command(name)
      .description(description)
      .option(
        "--app <file>",
        "the file that exports the application (else DRF_AUTH_APP, else package.json's drf-auth.app)",
      );

  command("serve", "serve the application until a signal ends it")
    .option("--host <name>", "where it listens (else HOST, else 127.0.0.1)")
    .option("--port <number>", "where it listens (else PORT, else 8000)")
    .option("--workers <number>", "how many processes answer (else WORKERS, else 1)")
    .option("--migrate", "bring the database up to date first")
    .action(async (options: ServeOptions) => end(await serve(terminal, options)));
  command("migrate", "bring the database up to date")
    .option("--fake-initial", "take tables that are there already as made by the first migrations")
    .option("--plan", "change nothing, and show what would be done")
    .action(async (options: MigrateOptions) => end(await migrate(terminal, options)));
  command("makemigrations", "write migrations for what changed in the models")
    .option("--check", "write nothing, and exit with 1 when something changed")
    .option("--dry-run", "write nothing, and show what would be written")
    .option("--name <name>", "the name of the migration")
    .action(async (options: MakeMigrationsOptions) => end(await makeMigrations(terminal, options)));
  command("createsuperuser", "make a user who may do everything")
    .option("--no-input", "ask nothing: take DRF_AUTH_SUPERUSER_USERNAME, _EMAIL and _PASSWORD")
    .action(async (options: CreateSuperuserOptions) => end(await createSuperuser(terminal, options)));
  program
    .command("secret")
    .description("print a new secret key")
    .action(() => end(secret(terminal)));
  return program;
}

/** A mistake of configuration is one clear paragraph; anything else needs its trace. */
function complaint(error: unknown): string {
  if (error instanceof ImproperlyConfigured) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ApplicationNotLoaded) return `${error.message}\n${traceOf(error.cause)}`;
  return traceOf(error);
}

function traceOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function version(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
