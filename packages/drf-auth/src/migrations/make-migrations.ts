import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ImproperlyConfigured } from "../errors.ts";
import type { ModelRegistry } from "../models/index.ts";
import type { Answers, Question } from "./answers.ts";
import { type Changes, changesBetween } from "./change-detection.ts";
import { fillsOf } from "./fills.ts";
import type { MigrationFile } from "./migration-file.ts";
import { readMigrations } from "./migration-files.ts";
import { withUser } from "./names-of-user.ts";
import { plannedMigrations } from "./migration-steps.ts";
import { migrationText } from "./migration-writer.ts";
import { stateOfFiles } from "./plan.ts";
import { stateOfModels } from "./state.ts";
import { sentenceOf } from "./steps.ts";
import { type AnsweredStates, wrongAnswers } from "./wrong-answers.ts";

export interface MakeMigrationsOptions {
  readonly registry: ModelRegistry;
  readonly folder: string;
  /** The name after the number. Default: "initial", or what it does. */
  readonly name?: string;
  /** Whether files are only planned, not written. Default false. */
  readonly isDryRun?: boolean;
  /** What is known of changes that may be meant in more than one way. */
  readonly answers?: Answers;
  /** Asks a person what is not known; without it that is an error that says what to write. */
  readonly ask?: (question: Question, answers: Answers) => Promise<Answers>;
}

/** A migration file that was written, or would be. */
export interface WrittenMigration {
  readonly appLabel: string;
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** What it does, a line each. */
  readonly does: readonly string[];
}

const noAnswers: Answers = Object.freeze({ renames: new Map(), fills: new Map() });

/**
 * Writes migrations for what changed in the models; never over a file that is there.
 *
 * @throws {ImproperlyConfigured} when a change may be meant in more than one way and nobody says which, or is none that
 *   a migration can make by itself.
 */
export async function makeMigrations(options: MakeMigrationsOptions): Promise<readonly WrittenMigration[]> {
  const { registry, folder, name, isDryRun = false, ask } = options;
  if (name !== undefined && !/^[a-z0-9_]{1,60}$/.test(name)) {
    throw new ImproperlyConfigured(
      `--name "${name}": a migration's name has lower-case letters, digits and underscores, up to 60.`,
    );
  }
  const files = await readMigrations(folder, registry.user.model.name);
  let answers = options.answers ?? noAnswers;
  refuseWrong(wrongAnswers(statesOf(files, registry), answers));
  let changes = changesOf(files, registry, answers);
  while (changes.questions.length > 0) {
    if (changes.impossible.length > 0 || !ask) break;
    answers = await ask(changes.questions[0] as Question, answers);
    changes = changesOf(files, registry, answers);
  }
  refuseOpen(changes);
  refuseWrong(needlessFills(answers, changes));
  const planned = plannedMigrations(changes, files, { folder, userName: registry.user.model.name, name });
  const written = planned.map(({ appLabel, name: own, path, dependencies, operations }) => ({
    appLabel,
    name: own,
    path,
    text: migrationText(dependencies, operations),
    does: operations.map((operation) => sentenceOf({ operation })),
  }));
  if (!isDryRun) {
    for (const { path, text } of written) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { flag: "wx" });
    }
  }
  return written;
}

/** The migrations that would be written for a project that has none: for a database that is not kept. */
export function migrationsOfModels(registry: ModelRegistry): readonly MigrationFile[] {
  const changes = changesOf([], registry, noAnswers);
  return plannedMigrations(changes, [], { folder: "", userName: registry.user.model.name }).map(
    ({ appLabel, name, path, dependencies, operations }) => ({
      appLabel,
      name,
      key: `${appLabel}.${name}`,
      path,
      migration: { dependencies, operations },
    }),
  );
}

/** What changed in the models and is in no migration, a line a change; empty when there is nothing. */
export async function unwrittenChanges({
  registry,
  folder,
}: Pick<MakeMigrationsOptions, "registry" | "folder">): Promise<readonly string[]> {
  const files = await readMigrations(folder, registry.user.model.name);
  const { renamed, created, changed, deleted, impossible } = changesOf(files, registry, noAnswers);
  return [
    ...created.map((model) => `${model.name} has no table yet`),
    ...[...renamed, ...changed, ...deleted].map((operation) => `a migration ${sentenceOf({ operation })}`),
    ...impossible,
  ];
}

function statesOf(files: readonly MigrationFile[], registry: ModelRegistry): AnsweredStates {
  const { name: userName } = registry.user.model;
  return { from: withUser(stateOfFiles(files, registry), userName), to: stateOfModels(registry), userName };
}

function changesOf(files: readonly MigrationFile[], registry: ModelRegistry, answers: Answers): Changes {
  const { from, to, userName } = statesOf(files, registry);
  return changesBetween(from, to, { answers, fillOf: fillsOf(registry), userName });
}

function needlessFills({ fills }: Answers, { changed }: Changes): readonly string[] {
  const used = new Set(
    changed.map((operation) =>
      "fill" in operation && operation.fill !== undefined ? `${operation.model}.${operation.name}` : undefined,
    ),
  );
  return [...fills.keys()]
    .filter((name) => !used.has(name))
    .map((name) => `--fill ${name}: it is neither new nor not null for the first time, and rows keep what they hold.`);
}

function refuseWrong(lines: readonly string[]): void {
  if (lines.length > 0) throw new ImproperlyConfigured(`Answers that do not fit the changes:\n${listed(lines)}`);
}

function refuseOpen({ questions, impossible }: Changes): void {
  if (impossible.length > 0) {
    throw new ImproperlyConfigured(
      `Models changed in ways that no migration can follow by itself:\n${listed(impossible)}`,
    );
  }
  if (questions.length === 0) return;
  const said = questions.map((question) =>
    question.type === "fill"
      ? `${question.field} ${question.why}. Say what the rows that are there hold: --fill ${question.field}=VALUE`
      : `${question.name} is gone, and ${question.candidates.join(", ")} is new. Say which it is: ` +
        `--rename ${question.name}=${question.candidates[0] ?? ""}, or that its content goes: --removed ${question.name}`,
  );
  throw new ImproperlyConfigured(`Changes that may be meant in more than one way:\n${listed(said)}`);
}

function listed(lines: readonly string[]): string {
  return lines.map((line) => `  - ${line}`).join("\n");
}
