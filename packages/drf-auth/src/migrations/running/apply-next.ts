import type { Database } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import type { ModelRegistry } from "../../models/index.ts";
import { applyAlone, applyRecorded, applyTogether, isDoneAlone, reasonOf, type StepsOptions } from "./apply-steps.ts";
import { djangoMigrationsOf } from "./django-migrations.ts";
import { checkHalfDone } from "./half-done.ts";
import type { MigrationFile } from "../files/migration-file.ts";
import { makerOfUser } from "../states/names-of-user.ts";
import { dependencyOn, keyOf } from "./own-migrations.ts";
import { addPermissionRows, renameContentTypes } from "./permission-rows.ts";
import { type FileStep, type Plan, planOf } from "./plan.ts";
import { Progress } from "./progress.ts";
import type { RecordingDatabase } from "./recording-database.ts";
import { Recorder } from "./recorder.ts";
import { SchemaEditor, type Step } from "../schema/schema-editor.ts";
import { type MigrationTarget, type Selected, selectedOf } from "./selection.ts";
import { undoing } from "../states/steps.ts";
import type { Table } from "../schema/table.ts";
import { areTablesMade, type TablesMadeOptions } from "./tables-made.ts";

export interface ApplyOptions {
  readonly database: Database;
  readonly registry: ModelRegistry;
  readonly isFake?: boolean;
  readonly isFakeInitial?: boolean;
  readonly target?: MigrationTarget;
  /** The database, where it is only recorded what would be done. */
  readonly recording?: RecordingDatabase;
  /** Copies the database before tables that are there are changed; gives the place of the copy. */
  readonly backUp?: () => Promise<string>;
}

/** What one transaction of a run did. */
export interface Applied {
  readonly names: readonly string[];
  /** What is said of it, a line a migration. */
  readonly lines: readonly string[];
  readonly hasUndone: boolean;
  /** Whether nothing is left to do. */
  readonly isLast: boolean;
  /** Whether it was done in no transaction. */
  readonly isAlone: boolean;
  /** Whether the database was copied before, or had nothing to be copied. */
  readonly isCopied: boolean;
}

/** Does what is next, and as little of it as can stand alone, in the transaction of the caller's. */
export async function applyNext(
  files: readonly MigrationFile[],
  { database, registry, target, recording, backUp, isFake = false, isFakeInitial = false }: ApplyOptions,
  hasUndoneBefore: boolean,
): Promise<Applied> {
  const django = new Recorder(database, "django_migrations");
  const own = new Recorder(database, "drf_auth_migrations");
  const isEmpty = backUp === undefined || (await hasNoTables(database));
  await mayMakeTables(database, async () => {
    await django.makeTable();
    await own.makeTable();
  });
  const plan = await planOf(database, registry, files);
  const userName = registry.user.model.name;
  const selected = selectedOf(plan, files, target, userName);
  checkHalfDone(plan.halfDone, selected);
  const maker = makerOfUser(files, userName);
  if (!isFake) mustKeepUsers(selected, maker, userName);
  const next = nextOf(plan, selected, maker);
  const editor = new SchemaEditor(database);
  // What refers to the user's table waits until all that is done here is done: it may have another name then.
  const first = new SchemaEditor(database);
  const names: string[] = [];
  const lines: string[] = [];
  // Under the lock: of processes that start at once one copies.
  const isCopied =
    backUp !== undefined && !isFake && !isEmpty && (next.undone.length > 0 || selected.applied.some(changesTables));
  if (isCopied) lines.push(`Copied the database to ${await backUp()}.`);
  const done = (name: string, line: string): void => {
    names.push(name);
    lines.push(line);
  };
  // What the first transaction makes is seen by nobody else before its end.
  const isFirst = next.django.length > 0 || next.own.length > 0;
  let isAlone = false;
  const isOutside = (file: MigrationFile): boolean => isDoneAlone(file, database) && !isFirst && !isFake && !recording;
  const apply = async (steps: readonly Step[], options: StepsOptions): Promise<void> => {
    if (isFake) return;
    isAlone = isDoneAlone(options.file, database) && !isFirst;
    if (recording) await applyRecorded(steps, options, { editor, recording, isAlone });
    else if (isAlone) await applyAlone(steps, options);
    else lines.push(...(await applyTogether(steps, options, editor)));
  };
  for (const { file, steps } of next.undone) {
    const progress = new Progress(database, [file.appLabel, file.name], "undo");
    if (isOutside(file)) await progress.begin();
    await apply(undoing(steps, file.path), { database, userName, file, way: "undo" });
    await progress.forget();
    await own.forget([file.appLabel, file.name]);
    done(file.key, `Undoing ${file.key}... ${isFake ? "FAKED" : "OK"}`);
  }
  for (const { appLabel, tables } of next.django) {
    const where = `Django's ${appLabel}`;
    const outcome = await made(tables, first, { isFakeInitial, isInitial: true, where });
    for (const name of djangoMigrationsOf(appLabel)) await django.record([appLabel, name]);
    done(appLabel, `Making Django's tables of ${appLabel}... ${outcome}`);
  }
  for (const { migration, tables } of next.own) {
    const where = `drf-auth's ${migration.name}`;
    const outcome = await made(tables, first, { isFakeInitial: false, isInitial: false, where });
    await own.record(dependencyOn(migration));
    done(keyOf(migration), `Making drf-auth's own tables (${migration.name})... ${outcome}`);
  }
  for (const { file, tables, steps, isInitial } of next.applied) {
    const progress = new Progress(database, [file.appLabel, file.name], "apply");
    if (isOutside(file)) await progress.begin();
    const hasBegun = (await progress.done()).length > 0;
    const fake = `npx drf-auth migrate ${file.appLabel} ${file.name} --fake`;
    const options = { isFakeInitial, isInitial, where: file.path, fake };
    const isMade = isFake || (!hasBegun && (await areTablesMade(tables, editor, options)));
    if (!isMade) await apply(steps, { database, userName, file, way: "apply" });
    await progress.forget();
    await own.record([file.appLabel, file.name]);
    done(file.key, `Applying ${file.key}... ${isMade ? "FAKED" : "OK"}`);
  }
  await first.finish();
  const steps = [
    ...next.undone.flatMap(({ file, steps: undone }) => undoing(undone, file.path)),
    ...next.applied.flatMap((file) => file.steps),
  ];
  await renameContentTypes(steps, registry, database);
  const hasUndone = hasUndoneBefore || next.undone.length > 0;
  const { isLast } = next;
  if (isLast && !hasUndone && !recording) await addPermissionRows(registry, database);
  return { names, lines, hasUndone, isLast, isAlone, isCopied: isCopied || isEmpty };
}

/** @throws {ImproperlyConfigured} when the table would go to which those refer that no migration of the project makes. */
function mustKeepUsers({ undone }: Selected, maker: MigrationFile | undefined, userName: string): void {
  if (!maker || !undone.some(({ file }) => file === maker)) return;
  throw new ImproperlyConfigured(
    `${maker.key} makes the table of the user model ${userName}, to which Django's tables and drf-auth's own refer: it cannot be ` +
      `undone, and nothing was changed. npx drf-auth migrate ${maker.appLabel} ${maker.name} goes back as far as that; ` +
      "to begin anew, begin with an empty database.",
  );
}

async function hasNoTables(database: Database): Promise<boolean> {
  const sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' LIMIT 1";
  return database.dialect === "sqlite" && (await database.run({ sql, isWrite: false }, [])).length === 0;
}

/** Whether a migration changes tables that were there before it, or what is in them. */
function changesTables({ steps }: FileStep): boolean {
  return steps.some(({ operation: { type } }) => type !== "createModel");
}

/** @throws {ImproperlyConfigured} when the user of the database may make no tables; says what to do. */
async function mayMakeTables(
  database: Pick<Database, "dialect" | "location">,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error) || !/permission denied|readonly database|read-only/.test(error.message)) throw error;
    const grant =
      database.dialect === "postgresql"
        ? " GRANT CREATE ON SCHEMA public TO that user, or give in MIGRATION_DATABASE_URL one who may."
        : " The file and its folder must be writable.";
    throw new ImproperlyConfigured(
      `The user of ${database.location} may make no tables (${error.message}), and nothing was changed.${grant} On a database ` +
        "that has Django's tables the application runs without drf-auth's own: the start says what is off then.",
      { cause: error },
    );
  }
}

interface Next extends Pick<Plan, "django" | "own">, Selected {
  readonly isLast: boolean;
}

function nextOf({ django, own }: Plan, { undone, applied }: Selected, maker: MigrationFile | undefined): Next {
  if (undone.length > 0) {
    return { undone: undone.slice(0, 1), django: [], own: [], applied: [], isLast: undone.length === 1 };
  }
  const isFirst = django.length > 0 || own.length > 0;
  // Django's tables refer to that of the user, which one of the project's migrations may make.
  const count = isFirst ? applied.findIndex(({ file }) => file === maker) + 1 : 1;
  return { undone, django, own, applied: applied.slice(0, count), isLast: applied.length <= count };
}

async function made(
  tables: readonly Table[],
  editor: SchemaEditor,
  options: TablesMadeOptions,
): Promise<"OK" | "FAKED"> {
  try {
    if (await areTablesMade(tables, editor, options)) return "FAKED";
    await mayMakeTables(editor, async () => {
      for (const table of tables) await editor.createTable(table);
    });
    return "OK";
  } catch (error) {
    if (error instanceof ImproperlyConfigured) throw error;
    const reason = reasonOf(error);
    throw new ImproperlyConfigured(`${options.where} failed, and nothing of it was kept: ${reason}`, { cause: error });
  }
}
