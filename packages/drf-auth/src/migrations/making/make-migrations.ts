import { ImproperlyConfigured } from "../../errors.ts";
import type { ModelRegistry } from "../../models/index.ts";
import type { Answers, Question } from "./answers.ts";
import { type Changes, changesBetween } from "./change-detection.ts";
import { checkAppLabels, trimmedTo } from "./concerned-apps.ts";
import { fillsOf } from "./fills.ts";
import type { MigrationFile } from "../files/migration-file.ts";
import { readMigrations } from "../files/migration-files.ts";
import { withUser } from "../states/names-of-user.ts";
import { modelOf } from "../files/migration-name.ts";
import { type PlannedMigration, plannedMigrations } from "./migration-steps.ts";
import { migrationText } from "../files/migration-writer.ts";
import { appOf } from "../operations.ts";
import { stateOfFiles } from "../running/plan.ts";
import { stateOfModels } from "../states/state.ts";
import { sentenceOf } from "../states/steps.ts";
import { type AnsweredStates, wrongAnswers } from "./wrong-answers.ts";
import {
  checkMigrationName,
  writeMigrations,
  type WriteOptions,
  type WrittenMigration,
} from "../files/written-migration.ts";

export interface MakeMigrationsOptions extends WriteOptions {
  readonly registry: ModelRegistry;
  readonly folder: string;
  /** The applications whose migrations are written, with what these need of others. Default: all. */
  readonly appLabels?: readonly string[];
  /** What is known of changes that may be meant in more than one way. */
  readonly answers?: Answers;
  /** Asks a person what is not known; without it that is an error that says what to write. */
  readonly ask?: (question: Question, answers: Answers) => Promise<Answers>;
}

const noAnswers: Answers = Object.freeze({ renames: new Map(), fills: new Map() });

/**
 * Writes migrations for what changed in the models; never over a file that is there.
 *
 * @throws {ImproperlyConfigured} when a change may be meant in more than one way and nobody says which, or is none that
 *   a migration can make by itself.
 */
export async function makeMigrations(options: MakeMigrationsOptions): Promise<readonly WrittenMigration[]> {
  const { registry, folder, name, appLabels = [], ask } = options;
  checkMigrationName(name);
  const files = await readMigrations(folder, registry.user.model.name);
  checkAppLabels(appLabels, files, registry);
  let answers = options.answers ?? noAnswers;
  refuseWrong(wrongAnswers(statesOf(files, registry), answers));
  const plan = () => planned(changesOf(files, registry, answers), files, { registry, folder, name, appLabels });
  let next = plan();
  while (next.questions.length > 0) {
    if (next.impossible.length > 0 || !ask) break;
    answers = await ask(next.questions[0] as Question, answers);
    next = plan();
  }
  refuseOpen(next);
  refuseWrong(needlessFills(answers, next.changes));
  const written = next.migrations().map(({ appLabel, name: own, path, dependencies, operations }) => ({
    appLabel,
    name: own,
    path,
    text: migrationText(dependencies, operations),
    does: operations.map((operation) => sentenceOf({ operation })),
  }));
  return writeMigrations(written, options);
}

/** What is to be written, and what of the applications that it concerns stands in the way. */
interface Planned extends Pick<Changes, "impossible" | "questions"> {
  readonly changes: Changes;
  readonly migrations: () => readonly PlannedMigration[];
}

function planned(
  changes: Changes,
  files: readonly MigrationFile[],
  { registry, folder, name, appLabels }: PlanOptions,
): Planned {
  const { name: userName } = registry.user.model;
  const migrations = () => plannedMigrations(changes, files, { folder, userName, name });
  if (appLabels.length === 0) return { ...changes, changes, migrations };
  const kept = trimmedTo(appLabels, migrations());
  const concerned = new Set([...appLabels, ...kept.map(({ appLabel }) => appLabel)]);
  return {
    changes,
    migrations: () => kept,
    questions: changes.questions.filter((one) =>
      concerned.has(appOf({ name: one.type === "fill" ? one.field : one.name })),
    ),
    impossible: changes.impossible.filter((one) => concerned.has(appOf(one))),
  };
}

interface PlanOptions {
  readonly registry: ModelRegistry;
  readonly folder: string;
  readonly name: string | undefined;
  readonly appLabels: readonly string[];
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
  appLabels = [],
}: Pick<MakeMigrationsOptions, "appLabels" | "folder" | "registry">): Promise<readonly string[]> {
  const files = await readMigrations(folder, registry.user.model.name);
  checkAppLabels(appLabels, files, registry);
  const { renamed, created, changed, deleted, impossible } = changesOf(files, registry, noAnswers);
  const isConcerned = (name: string): boolean => appLabels.length === 0 || appLabels.includes(appOf({ name }));
  return [
    ...created.filter(({ name }) => isConcerned(name)).map(({ name }) => `${name} has no table yet`),
    ...[...renamed, ...changed, ...deleted]
      .filter((operation) => isConcerned(modelOf(operation)))
      .map((operation) => `a migration ${sentenceOf({ operation })}`),
    ...impossible.filter(({ name }) => isConcerned(name)).map(({ name, reason }) => name + reason),
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

function refuseOpen({ questions, impossible }: Planned): void {
  if (impossible.length > 0) {
    throw new ImproperlyConfigured(
      `Models changed in ways that no migration can follow by itself:\n${listed(impossible.map(({ name, reason }) => name + reason))}`,
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
