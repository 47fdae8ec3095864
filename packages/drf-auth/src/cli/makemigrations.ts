import { isCancel, select, text } from "@clack/prompts";
import { join, relative } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import * as migrations from "../migrations/index.ts";
import type { ModelRegistry } from "../models/index.ts";
import { openFrom } from "./open.ts";
import type { Terminal } from "./terminal.ts";

export interface MakeMigrationsOptions {
  readonly app?: string;
  readonly check?: boolean;
  readonly dryRun?: boolean;
  readonly name?: string;
  /** `words.Word.title=VALUE` */
  readonly fill?: readonly string[];
  /** `words.Word.text=title` */
  readonly rename?: readonly string[];
  /** `words.Word.text` */
  readonly removed?: readonly string[];
}

/** `drf-auth makemigrations`: writes migrations for what changed in the models. */
export async function makeMigrations(terminal: Terminal, options: MakeMigrationsOptions): Promise<number> {
  const project = await openFrom(terminal, options.app);
  await project.database.close();
  const { application, folder, registry } = project;
  const isWritten = options.check !== true && options.dryRun !== true;
  const given = answersOf(options, registry);
  if (options.check) {
    if (given.renames.size + given.fills.size > 0) {
      throw new ImproperlyConfigured("--check writes nothing: it takes no --rename, --removed or --fill.");
    }
    const changes = await migrations.unwrittenChanges({
      registry,
      folder: join(folder, application.settings.migrationsFolder),
    });
    for (const change of changes) terminal.say(change);
    if (changes.length === 0) terminal.say("No changes detected.");
    return changes.length > 0 ? 1 : 0;
  }
  try {
    const made = await migrations.makeMigrations({
      registry,
      folder: join(folder, application.settings.migrationsFolder),
      isDryRun: !isWritten,
      answers: given,
      ...(options.name !== undefined && { name: options.name }),
      ...(terminal.isInteractive && { ask: (question, answers) => asked(question, answers, registry) }),
    });
    for (const { path, text: written, does } of made) {
      terminal.say(`${isWritten ? "Wrote" : "Would write"} ${relative(terminal.currentFolder, path)}`);
      for (const sentence of does) terminal.say(`  - ${sentence}`);
      if (options.dryRun) terminal.say(written);
    }
    if (made.length === 0) terminal.say("No changes detected.");
    return 0;
  } catch (error) {
    if (error instanceof Cancelled) return 130;
    throw error;
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
