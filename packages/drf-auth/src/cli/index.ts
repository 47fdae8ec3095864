import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { check, type CheckOptions } from "./check.ts";
import { collectStaticFiles, type CollectStaticOptions } from "./collectstatic.ts";
import { complaint } from "./complaint.ts";
import { backup, type BackupOptions } from "./backup.ts";
import { copyData, type CopyDataOptions } from "./copydata.ts";
import { changePassword, type ChangePasswordOptions } from "./changepassword.ts";
import { createSuperuser, type CreateSuperuserOptions } from "./createsuperuser.ts";
import { dev, type DevOptions } from "./dev.ts";
import { exitCodeOf } from "./exit-code.ts";
import { inspectDatabaseOf, type InspectDatabaseOptions } from "./inspectdb.ts";
import { makeMigrations, type MakeMigrationsOptions } from "./makemigrations.ts";
import { migrate, type MigrateOptions } from "./migrate.ts";
import { routes, type RoutesOptions } from "./routes.ts";
import { secret } from "./secret.ts";
import { serve, type ServeOptions } from "./serve.ts";
import { showMigrations, type ShowMigrationsOptions } from "./showmigrations.ts";
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
    .option(
      "--workers <number|auto>",
      "how many processes answer, or auto: one a core, as memory allows (else WORKERS, else 1)",
    )
    .option("--access-log <format>", "json, combined, short or off (else ACCESS_LOG, else json)")
    .option("--migrate", "bring the database up to date first")
    .action(async (options: ServeOptions) => end(await serve(terminal, options)));
  command("dev", "serve the application while it is written: again after each change, with its errors shown")
    .option("--host <name>", "where it listens (else HOST, else 127.0.0.1)")
    .option("--port <number>", "where it listens (else PORT, else 8000)")
    .option("--no-migrate", "leave the database as it is, and say what it lacks")
    .action(async (options: DevOptions) => end(await dev(terminal, options)));
  command("routes", "show every address, what answers there and who may call")
    .option("--json", "for programs")
    .action(async (options: RoutesOptions) => end(await routes(terminal, options)));
  command("check", "say what is wrong with the application, and before others are served, with the place where it runs")
    .option("--deploy", "look at what production asks too: secrets, hosts, HTTPS, where the data is, workers")
    .option("--fail-level <level>", "exit with 1 from this level on: error, warning or info", "error")
    .option("--json", "for programs")
    .action(async (options: CheckOptions) => end(await check(terminal, options)));
  command("migrate", "bring the database up to date, or an application's tables to one of its migrations")
    .argument("[app-label]", "the application whose migrations are meant; all of them without one")
    .argument("[name]", "where they shall stand: 0002_tag, 0002, or zero for none; later ones are undone")
    .option("--check", "change nothing, and exit with 1 when something is to be done")
    .option("--fake", "record migrations as applied, or as undone, and leave the tables as they are")
    .option("--fake-initial", "take tables that are there already as made by the first migrations")
    .option("--no-backup", "make no copy of an SQLite database before its tables are changed")
    .option("--plan", "change nothing, and show what would be done")
    .option("--sql", "change nothing, and show the SQL of what would be done")
    .action(async (appLabel: string | undefined, name: string | undefined, options: MigrateOptions) =>
      end(
        await migrate(terminal, {
          ...options,
          ...(appLabel !== undefined && { appLabel }),
          ...(name !== undefined && { name }),
        }),
      ),
    );
  command("backup", "copy an SQLite database while it is used, and check the copy")
    .argument("<file>", "where the copy goes; a file that is there is left alone")
    .option("--limit <seconds>", "how long the copying may take (else an hour)")
    .action(async (file: string, options: BackupOptions) => end(await backup(terminal, file, options)));
  command("makemigrations", "write migrations for what changed in the models")
    .argument("[app-label...]", "whose migrations are written, with what they need; all of them without one")
    .option("--check", "write nothing, and exit with 1 when something changed")
    .option("--dry-run", "write nothing, and show what would be written")
    .option("--empty", "write a migration that does nothing yet, to be filled in by hand")
    .option("--merge", "join the ends of migrations that were written on two branches")
    .option("--name <name>", "the name of the migration")
    .option("--rename <old=new>", "what a model or a field is called now: words.Word.text=title", collected)
    .option("--removed <name>", "a model or a field is gone, with what is in it", collected)
    .option("--fill <field=value>", "what rows hold in a field that is needed now: words.Word.title=none", collected)
    .action(async (appLabels: string[], options: MakeMigrationsOptions) =>
      end(await makeMigrations(terminal, appLabels, options)),
    );
  command("showmigrations", "show the migrations of each application, and which are applied")
    .argument("[app-label...]", "whose migrations are shown; without one, those of all")
    .option("--json", "for programs")
    .action(async (appLabels: string[], options: ShowMigrationsOptions) =>
      end(await showMigrations(terminal, appLabels, options)),
    );
  command("inspectdb", "write the models of tables that are there")
    .argument("[table...]", "whose models are written; without one, those of all tables that have none yet")
    .option("--app-label <label>", "the label of models of which the database does not say it", "main")
    .option("--output <file>", "where they are written (else they are shown)")
    .action(async (tables: string[], options: InspectDatabaseOptions) =>
      end(await inspectDatabaseOf(terminal, tables, options)),
    );
  command("copydata", "copy the rows of an SQLite database into the PostgreSQL one that DATABASE_URL names")
    .argument("<from>", "where they are: a file, or sqlite:PATH, relative to the application")
    .option("--leave-out <name>", "a table, or table.column, that no model names: leave it behind", collected)
    .action(async (from: string, options: CopyDataOptions) => end(await copyData(terminal, from, options)));
  command("collectstatic", "collect static files, hashed and compressed, for the server in production")
    .option("--check", "write nothing, and exit with 1 when something would be written")
    .option("--clear", "remove what earlier builds left")
    .option("--dry-run", "write nothing, and show what would be written")
    .action(async (options: CollectStaticOptions) => end(await collectStaticFiles(terminal, options)));
  command("createsuperuser", "make a user who may do everything")
    .option("--no-input", "ask nothing: take DRF_AUTH_SUPERUSER_USERNAME, _EMAIL and _PASSWORD")
    .action(async (options: CreateSuperuserOptions) => end(await createSuperuser(terminal, options)));
  command("changepassword", "give a user another password, which ends the user's sessions")
    .argument("<username>", "the user's name")
    .option("--no-input", "ask nothing: take DRF_AUTH_PASSWORD")
    .action(async (username: string, options: ChangePasswordOptions) =>
      end(await changePassword(terminal, username, options)),
    );
  program
    .command("secret")
    .description("print a new secret key")
    .action(() => end(secret(terminal)));
  return program;
}

/** An option that may be given more than once. */
function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function version(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
