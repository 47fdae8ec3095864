import { type Database, TransactionEnded } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import type { MigrationFile } from "../files/migration-file.ts";
import type { Operation } from "../operations.ts";
import { Progress } from "./progress.ts";
import type { RecordingDatabase } from "./recording-database.ts";
import { SchemaEditor, type Step } from "../schema/schema-editor.ts";
import { newOrphans, orphansOf, sentenceOfOrphans } from "./sqlite-orphans.ts";
import { sentenceOf } from "../states/steps.ts";

export interface StepsOptions {
  readonly database: Database;
  readonly userName: string;
  readonly file: MigrationFile;
  readonly way: "apply" | "undo";
}

/** Tells whether the steps of a migration are done outside of a transaction, each kept at once. */
export function isDoneAlone({ migration }: MigrationFile, { dialect }: Database): boolean {
  return migration.isAtomic === false && dialect === "postgresql";
}

/** Does the steps of a migration, all in the transaction around it; gives what is to be warned of. */
export async function applyTogether(
  steps: readonly Step[],
  { database, userName, file }: StepsOptions,
  editor: SchemaEditor,
): Promise<readonly string[]> {
  const failed = `${file.path} failed, and nothing of it was kept,`;
  const before = await orphansOf(database);
  for (const step of steps) await said(step, failed, () => editor.apply(step, userName));
  const last = steps.at(-1);
  if (!last) return [];
  await said(last, failed, () => editor.finish());
  if (database.dialect === "postgresql") await said(last, failed, () => settle(database));
  const orphans = newOrphans(await orphansOf(database), before, steps);
  if (orphans.length > 0) {
    throw new ImproperlyConfigured(
      `${failed} for at its end ${orphans.map(sentenceOfOrphans).join("; ")}. Mend these rows with runSql or runCode in it.`,
    );
  }
  return before.map((one) => `Warning: ${sentenceOfOrphans(one)}. They were there before, and are left as they are.`);
}

/** Does the steps of a migration that are not done, beside the transaction around it, and keeps with each that it is done. */
export async function applyAlone(
  steps: readonly Step[],
  { database, userName, file, way }: StepsOptions,
): Promise<void> {
  const progress = new Progress(database, [file.appLabel, file.name], way);
  await database.outside(async () => {
    let count = doneOf(steps, await progress.done(), file).length;
    const alone = new SchemaEditor(database, false);
    for (const part of partsOf(steps.slice(count))) {
      const failed =
        `${file.path} failed, and as it is not atomic, what it did before is kept (${count} of ${steps.length} steps). Mend the ` +
        "cause, and run migrate again: it goes on from there. It failed";
      const keep = () => progress.add(part.map(sentenceOf), count);
      const each = async (editor: SchemaEditor) => {
        for (const step of part) await said(step, failed, () => editor.apply(step, userName));
        await said(part.at(-1) as Step, failed, () => editor.finish());
        await keep();
      };
      await (part.every(isOfAMoment) ? database.transaction(() => each(new SchemaEditor(database))) : each(alone));
      count += part.length;
    }
  });
}

/** Where what would be done is recorded. */
export interface RecordingOptions {
  readonly editor: SchemaEditor;
  readonly recording: RecordingDatabase;
  readonly isAlone: boolean;
}

/** Does the steps of a migration for what is recorded of them; code is named only. */
export async function applyRecorded(
  steps: readonly Step[],
  { database, userName, file, way }: StepsOptions,
  { editor, recording, isAlone }: RecordingOptions,
): Promise<void> {
  const failed = `${file.path} cannot be shown as SQL: on a copy of the tables without rows it failed`;
  const done = await new Progress(database, [file.appLabel, file.name], way).done();
  for (const step of steps.slice(doneOf(steps, done, file).length)) {
    const apply = async (one: SchemaEditor): Promise<void> => {
      await one.apply(step, userName);
      if (one !== editor) await one.finish();
    };
    if (step.operation.type === "runCode") {
      recording.note(`${file.path} runs code here, which is not SQL: only migrate runs it.`);
    } else if (!isAlone || isOfAMoment(step) || step.operation.type === "runSql") {
      await said(step, failed, () => apply(editor));
    } else {
      await said(step, failed, () => editor.finish());
      // What runs in no transaction is said, and its like is done for what comes after it.
      await said(step, failed, () => recording.sayOnly(() => apply(new SchemaEditor(database, false))));
      await said(step, failed, () => recording.doOnly(() => apply(new SchemaEditor(database))));
    }
  }
  const last = steps.at(-1);
  if (last) await said(last, failed, () => editor.finish());
}

/** The steps by what is done in one go: tables that are made refer to each other. */
function partsOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const parts: Step[][] = [];
  for (const step of steps) {
    const last = parts.at(-1);
    const isMade = step.operation.type === "createModel";
    if (last && isMade && last[0]?.operation.type === "createModel") last.push(step);
    else parts.push([step]);
  }
  return parts;
}

/** What reads no rows, and so need not be done by halves. */
const ofAMoment: ReadonlySet<Operation["type"]> = new Set([
  "alterTable",
  "createModel",
  "deleteModel",
  "removeField",
  "renameField",
  "renameModel",
]);

function isOfAMoment({ operation }: Step): boolean {
  return ofAMoment.has(operation.type);
}

function doneOf(steps: readonly Step[], done: readonly string[], { path }: MigrationFile): readonly string[] {
  const other = done.findIndex(
    (sentence, index) => steps[index] === undefined || sentenceOf(steps[index]) !== sentence,
  );
  if (other === -1) return done;
  throw new ImproperlyConfigured(
    `${path}: step ${other + 1} is done, which ${done[other]}, and another stands in its place now. Put the steps that are ` +
      "done back; what comes after them may change.",
  );
}

/** Has what is left to the end of a transaction be checked while it is known whose doing it is. */
async function settle(database: Database): Promise<void> {
  await database.run({ sql: "SET CONSTRAINTS ALL IMMEDIATE", isWrite: true }, []);
  await database.run({ sql: "SET CONSTRAINTS ALL DEFERRED", isWrite: true }, []);
}

/** Does work of a step; its failure names the migration and the step. */
async function said(step: Step, failed: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new ImproperlyConfigured(messageOf(error, step, failed), { cause: error });
  }
}

function messageOf(error: unknown, step: Step, failed: string): string {
  const reason = reasonOf(error);
  if (!(error instanceof TransactionEnded))
    return `${failed} where it ${sentenceOf(step)}: ${reason}${hintOf(step, reason)}`;
  return (
    `${failed.replace(/ failed, .*$/s, " failed")} where it ${sentenceOf(step)}: ${reason} What the migration did before ` +
    "may be kept, and it is not recorded as applied: look at the tables, put them right, take these words out of the " +
    "SQL, and run migrate again."
  );
}

/** What to do where the rows that are there have nothing for a column that needs something. */
function hintOf({ operation }: Step, reason: string): string {
  if (operation.type !== "addField" || operation.fill !== undefined || !/null/i.test(reason)) return "";
  return operation.field.to === undefined
    ? " The table has rows: say what they hold in it with { fill }."
    : " The table has rows, and nothing says to what they refer: name a row with { fill }, let it be null, or remove the rows first.";
}

/** What an error says, with one full stop at its end, and without the name that a table of SQLite has for a moment. */
export function reasonOf(error: unknown): string {
  const reason = (error instanceof Error ? error.message : String(error)).replaceAll("new__", "");
  return `${reason.replace(/[.\s]+$/, "")}.`;
}
