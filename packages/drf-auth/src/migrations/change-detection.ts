import { isDeepStrictEqual } from "node:util";
import type { FieldState, Fill, ModelState, Operation } from "./operations.ts";
import { appOf } from "./operations.ts";
import { type ProjectState, withoutImplied } from "./state.ts";
import { stateAfter } from "./state-after.ts";
import { changedRules } from "./changed-rules.ts";

/** What was said about changes that may be meant in more than one way. */
export interface Answers {
  /** What a model or a field is called now, by its name of before; null where it is gone. */
  readonly renames: ReadonlyMap<string, string | null>;
  /** What rows hold in a column that is new or may no longer be null, by `words.Word.title`. */
  readonly fills: ReadonlyMap<string, Fill>;
}

/** What must be said before a migration can be written. */
export type Question =
  | { readonly type: "fill"; readonly field: string; readonly state: FieldState; readonly why: string }
  | { readonly type: "rename"; readonly name: string; readonly candidates: readonly string[] };

/** What leads from what migrations made to what the models declare. */
export interface Changes {
  /** Models that have another name. */
  readonly renamed: readonly Operation[];
  /** Models that have no table yet. */
  readonly created: readonly ModelState[];
  /** Changes of models that are there. */
  readonly changed: readonly Operation[];
  /** Models that are gone, those first that refer to others. */
  readonly deleted: readonly Operation[];
  readonly questions: readonly Question[];
  /** What no migration can do by itself, a line each. */
  readonly impossible: readonly string[];
}

/** Gives what stands for a value in the rows that are there, where the model itself says it. */
export type FillOf = (model: string, field: string) => Fill | undefined;

/** Compares two states; nothing is guessed: what may be meant in two ways is a question. */
export function changesBetween(from: ProjectState, to: ProjectState, answers: Answers, fillOf: FillOf): Changes {
  const questions: Question[] = [];
  const impossible: string[] = [];
  const renamed = renamedModels(from, to, answers, questions);
  const moved = stateAfter(from, renamed, "A change");
  const created = [...to.values()].filter(({ name }) => !moved.has(name));
  const changed: Operation[] = [];
  for (const [name, before] of moved) {
    const now = to.get(name);
    if (now) changed.push(...changesOfModel(before, now, { answers, questions, impossible, fillOf }));
  }
  const gone = [...moved.values()].filter(({ name }) => !to.has(name));
  return { renamed, created, changed, deleted: deletions(gone), questions, impossible };
}

function renamedModels(from: ProjectState, to: ProjectState, answers: Answers, questions: Question[]): Operation[] {
  const operations: Operation[] = [];
  const taken = new Set<string>();
  for (const [name, before] of from) {
    if (to.has(name)) continue;
    const candidates = [...to.values()].filter(
      (now) => !from.has(now.name) && appOf(now) === appOf(before) && hasFieldsOf(before, now) && !taken.has(now.name),
    );
    const answer = answers.renames.get(name);
    const chosen = answer === undefined ? undefined : [...to.values()].find((now) => now.name === answer);
    if (chosen) {
      taken.add(chosen.name);
      operations.push({ type: "renameModel", name, to: chosen.name, table: chosen.table });
    } else if (answer === undefined && candidates.length > 0) {
      questions.push({ type: "rename", name, candidates: candidates.map((one) => one.name) });
    }
  }
  return operations;
}

function hasFieldsOf(before: ModelState, now: ModelState): boolean {
  const stated = ({ name, fields }: ModelState) =>
    Object.entries(fields).map(([key, field]) => [
      key,
      { ...stored(field), to: field.to === name ? "self" : field.to },
    ]);
  // A joining table names its two ends after the models that it joins.
  return isDeepStrictEqual(new Map(stated(before) as never), new Map(stated(now) as never));
}

interface ModelChange {
  readonly answers: Answers;
  readonly questions: Question[];
  readonly impossible: string[];
  readonly fillOf: FillOf;
}

function changesOfModel(before: ModelState, now: ModelState, change: ModelChange): Operation[] {
  const { answers, questions, impossible, fillOf } = change;
  const { name: model } = now;
  const renames = renamedFields(before, now, change);
  const fields = new Map(Object.entries(before.fields).map(([name, field]) => [renames.get(name) ?? name, field]));
  const [added, altered, removed]: [Operation[], Operation[], Operation[]] = [[], [], []];
  for (const [name, field] of Object.entries(now.fields)) {
    const old = fields.get(name);
    const where = `${model}.${name}`;
    if (old && isDeepStrictEqual(stored(old), stored(field))) continue;
    if (old && !isSameFamily(old, field)) {
      impossible.push(
        `${where} is ${described(field)}, and was ${described(old)}: what rows hold cannot become that by itself. ` +
          "Add a field of another name, fill it with runCode, and remove this one.",
      );
      continue;
    }
    const isNeeded = !field.null && !field.primaryKey && (!old || old.null === true);
    const fill = isNeeded ? (answers.fills.get(where) ?? fillOf(model, name)) : undefined;
    if (isNeeded && fill === undefined) {
      const why = old ? "may no longer be null" : "is new and may not be null";
      questions.push({ type: "fill", field: where, state: field, why });
    }
    const given = fill === undefined ? {} : { fill };
    if (old) altered.push({ type: "alterField", model, name, field, ...given });
    else added.push({ type: "addField", model, name, field, ...given });
  }
  for (const name of fields.keys()) {
    if (!Object.hasOwn(now.fields, name)) removed.push({ type: "removeField", model, name });
  }
  const renamed = [...renames].map(([name, to]): Operation => ({ type: "renameField", model, name, to }));
  const moved: Operation[] =
    before.table.toLowerCase() === now.table.toLowerCase() ? [] : [{ type: "alterTable", model, table: now.table }];
  const operations = [...moved, ...renamed, ...added, ...altered, ...removed];
  const reached = stateAfter(new Map([[model, before]]), operations, "A change").get(model);
  const sets = (one: ModelState | undefined) => new Set(one?.uniqueTogether.map(String));
  if (!isDeepStrictEqual(sets(reached), sets(now)))
    operations.push({ type: "alterUniqueTogether", model, sets: now.uniqueTogether });
  const { gone, come } = changedRules(reached ?? before, now);
  return [...gone, ...operations, ...come];
}

function renamedFields(before: ModelState, now: ModelState, { answers, questions }: ModelChange): Map<string, string> {
  const renames = new Map<string, string>();
  for (const [name, field] of Object.entries(before.fields)) {
    if (Object.hasOwn(now.fields, name)) continue;
    const where = `${now.name}.${name}`;
    const answer = answers.renames.get(where);
    const candidates = Object.entries(now.fields)
      .filter(([other, one]) => !Object.hasOwn(before.fields, other) && isSameFamily(field, one))
      .map(([other]) => other)
      .filter((other) => ![...renames.values()].includes(other));
    if (typeof answer === "string" && candidates.includes(answer)) renames.set(name, answer);
    else if (answer === undefined && candidates.length > 0) questions.push({ type: "rename", name: where, candidates });
  }
  return renames;
}

function deletions(gone: readonly ModelState[]): Operation[] {
  const waiting = new Map(gone.map((model) => [model.name, model]));
  const operations: Operation[] = [];
  while (waiting.size > 0) {
    const isReferred = (name: string) =>
      [...waiting.values()].some((one) => one.name !== name && Object.values(one.fields).some(({ to }) => to === name));
    const free = [...waiting.keys()].filter((name) => !isReferred(name));
    if (free.length === 0) operations.push(...withoutReferences(waiting));
    for (const name of free) {
      waiting.delete(name);
      operations.push({ type: "deleteModel", name });
    }
  }
  return operations;
}

/** Models that refer to each other in a circle let go of the first of them. */
function withoutReferences(waiting: Map<string, ModelState>): Operation[] {
  const [first] = waiting.keys();
  const operations: Operation[] = [];
  for (const [model, state] of waiting) {
    const names = Object.keys(state.fields).filter((name) => state.fields[name]?.to === first && model !== first);
    for (const name of names) operations.push({ type: "removeField", model, name });
    const kept = Object.entries(state.fields).filter(([name]) => !names.includes(name));
    waiting.set(model, { ...state, fields: Object.fromEntries(kept) });
  }
  return operations;
}

const texts: ReadonlySet<string> = new Set(["char", "email", "file", "image", "slug", "text", "url"]);
const wholes: ReadonlySet<string> = new Set([
  "bigInteger",
  "integer",
  "positiveBigInteger",
  "positiveInteger",
  "positiveSmallInteger",
  "smallInteger",
]);

/** Whether what one column holds may stand in the other. */
function isSameFamily(one: FieldState, other: FieldState): boolean {
  if ((one.primaryKey ?? false) !== (other.primaryKey ?? false) || one.to !== other.to) return false;
  if (one.to !== undefined) return true;
  if (one.primaryKey) return one.kind === other.kind;
  return one.kind === other.kind || [texts, wholes].some((family) => family.has(one.kind) && family.has(other.kind));
}

/** The field without what is only another word for the same column. */
function stored(field: FieldState): FieldState {
  const { kind, ...options } = withoutImplied(field);
  if (texts.has(kind) && kind !== "text") return { kind: "char", ...options };
  return kind === "oneToOne" ? { kind: "foreignKey", unique: true, ...options } : { kind, ...options };
}

function described(field: FieldState): string {
  const { kind, ...options } = withoutImplied(field);
  const said = Object.entries(options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return said.length === 0 ? kind : `${kind} (${said.join(", ")})`;
}
