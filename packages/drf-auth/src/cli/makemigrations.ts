import { isCancel, select, text } from "@clack/prompts";
import { join, relative } from "node:path";
import type { Project } from "../application/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import * as migrations from "../migrations/index.ts";
import type { ModelRegistry } from "../models/index.ts";
import { sayLostMigrations } from "./lost-migrations.ts";
import { openFrom } from "./open.ts";
import type { Terminal } from "./terminal.ts";

export interface MakeMigrationsOptions {
  readonly app?: string;
  readonly check?: boolean;
  readonly dryRun?: boolean;
  /** Whether migrations are written that do nothing yet. */
  readonly empty?: boolean;
  /** Whether the ends of migrations that fork are joined. */
  readonly merge?: boolean;
  readonly name?: string;
  /** `words.Word.title=VALUE` */
  readonly fill?: readonly string[];
  /** `words.Word.text=title` */
  readonly rename?: readonly string[];
  /** `words.Word.text` */
  readonly removed?: readonly string[];
}

/** `drf-auth makemigrations`: writes migrations for what changed in the models. */
export async function makeMigrations(
  terminal: Terminal,
  appLabels: readonly string[],
  options: MakeMigrationsOptions,
): Promise<number> {
  const project = await openFrom(terminal, options.app);
  const { application, registry } = project;
  const folder = join(project.folder, application.settings.migrationsFolder);
  const given = answersOf(options, registry);
  refuseTogether(options, appLabels, given);
  try {
    if (options.check)
      return sayUnwritten(terminal, await migrations.unwrittenChanges({ registry, folder, appLabels }));
    const writing = {
      registry,
      folder,
      isDryRun: options.dryRun === true,
      applied: await appliedIn(project, terminal),
      ...(options.name !== undefined && { name: options.name }),
    };
    const made = options.merge
      ? await migrations.mergeMigrations(writing)
      : options.empty
        ? await migrations.makeEmptyMigrations(appLabels, writing)
        : await migrations.makeMigrations({
            ...writing,
            appLabels,
            answers: given,
            ...(terminal.isInteractive && { ask: (question, answers) => asked(question, answers, registry) }),
          });
    for (const { path, text: written, does } of made) {
      terminal.say(`${options.dryRun ? "Would write" : "Wrote"} ${relative(terminal.currentFolder, path)}`);
      for (const sentence of does) terminal.say(`  - ${sentence}`);
      if (options.dryRun) terminal.say(written);
    }
    if (made.length === 0) terminal.say(options.merge ? "No migrations to merge." : noChanges);
    return 0;
  } catch (error) {
    if (error instanceof Cancelled) return 130;
    throw error;
  } finally {
    await project.database.close();
  }
}

const noChanges = "No changes detected.";

function sayUnwritten(terminal: Terminal, changes: readonly string[]): number {
  for (const change of changes) terminal.say(change);
  if (changes.length === 0) terminal.say(noChanges);
  return changes.length > 0 ? 1 : 0;
}

/** @throws {ImproperlyConfigured} when options were given of which one would be passed over. */
function refuseTogether(
  { check, empty, merge }: MakeMigrationsOptions,
  appLabels: readonly string[],
  { renames, fills }: migrations.Answers,
): void {
  const [kind, another] = Object.entries({ check, empty, merge }).flatMap(([name, isGiven]) => (isGiven ? [name] : []));
  if (kind === undefined) return;
  if (another !== undefined) throw new ImproperlyConfigured(`Give --${kind} or --${another}, not both.`);
  if (renames.size + fills.size > 0) {
    throw new ImproperlyConfigured(`--${kind} takes no --rename, --removed or --fill.`);
  }
  if (empty && appLabels.length === 0) {
    throw new ImproperlyConfigured("--empty needs an application: npx drf-auth makemigrations --empty words.");
  }
  if (merge && appLabels.length > 0) throw new ImproperlyConfigured("--merge is about all applications: name none.");
}

/** What the database has applied; a project may be written where there is none. */
async function appliedIn(project: Project, terminal: Terminal): Promise<ReadonlySet<string>> {
  try {
    return await sayLostMigrations(project, terminal);
  } catch (error) {
    if (error instanceof ImproperlyConfigured) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    terminal.complain(`Warning: ${project.database.location} does not say which migrations are applied (${reason}).`);
    return new Set();
  }
}

class Cancelled extends Error {}

function answersOf(
  { fill = [], rename = [], removed = [] }: MakeMigrationsOptions,
  registry: ModelRegistry,
): migrations.Answers {
  const renames = rename.map((one): readonly [string, string] => {
    const [from, to] = parted(one, "--rename words.Word.text=title");
    // A model's new name may come without its application, and a field's with its model.
    const where = from.slice(0, from.lastIndexOf(".") + 1);
    const isModel = from.split(".").length === 2;
    return [from, isModel ? (to.includes(".") ? to : where + to) : to.startsWith(where) ? to.slice(where.length) : to];
  });
  const fills = fill.map((one) => {
    const [field, value] = parted(one, "--fill words.Word.title=VALUE");
    return [field, migrations.fillFromText(registry, field, value)] as const;
  });
  return { renames: saidOnce([...renames, ...removed.map((name) => [name, null] as const)]), fills: saidOnce(fills) };
}

function saidOnce<Value>(entries: readonly (readonly [string, Value])[]): ReadonlyMap<string, Value> {
  const said = new Map<string, Value>();
  for (const [name, value] of entries) {
    if (said.has(name)) throw new ImproperlyConfigured(`${name} is said to be two things. Say one.`);
    said.set(name, value);
  }
  return said;
}

function parted(text: string, example: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new ImproperlyConfigured(`"${text}" has no "=": write it as in ${example}.`);
}

async function asked(
  question: migrations.Question,
  answers: migrations.Answers,
  registry: ModelRegistry,
): Promise<migrations.Answers> {
  if (question.type === "rename") {
    const gone = "";
    const answer = await select({
      message: `${question.name} is gone. What is it now?`,
      options: [
        ...question.candidates.map((value) => ({ value, label: value })),
        { value: gone, label: "gone, with what is in it" },
      ],
    });
    if (isCancel(answer)) throw new Cancelled();
    return { ...answers, renames: new Map([...answers.renames, [question.name, answer === gone ? null : answer]]) };
  }
  const answer = await text({
    message: `${question.field} ${question.why}. What do the rows that are there hold?`,
    validate: (value) => {
      try {
        migrations.fillFromText(registry, question.field, value ?? "");
        return undefined;
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  });
  if (isCancel(answer)) throw new Cancelled();
  const fill = migrations.fillFromText(registry, question.field, answer);
  return { ...answers, fills: new Map([...answers.fills, [question.field, fill]]) };
}
