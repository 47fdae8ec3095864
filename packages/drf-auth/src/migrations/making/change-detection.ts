import { isDeepStrictEqual } from "node:util";
import type { Answers, Impossible, Question } from "./answers.ts";
import { changedRules, withFreeName, withFreeNames } from "./changed-rules.ts";
import { deletions } from "./deletions.ts";
import { described, isSameFamily, stored } from "./field-likeness.ts";
import { joinsOf, renamedJoins } from "./joining-tables.ts";
import type { FieldState, Fill, ModelState, Operation } from "../operations.ts";
import { inRenameOrder, renamedModels, type Renames } from "./renamed-models.ts";
import type { ProjectState } from "../states/state.ts";
import { stateAfter } from "../states/state-after.ts";

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
  readonly impossible: readonly Impossible[];
}

/** Gives what stands for a value in the rows that are there, where the model itself says it. */
export type FillOf = (model: string, field: string) => Fill | undefined;

export interface ChangesOptions {
  readonly answers: Answers;
  readonly fillOf: FillOf;
  readonly userName: string;
}

/** Compares two states; nothing is guessed: what may be meant in two ways is a question. */
export function changesBetween(
  from: ProjectState,
  to: ProjectState,
  { answers, fillOf, userName }: ChangesOptions,
): Changes {
  const userBefore = [...answers.renames].find(([, now]) => now === userName)?.[0] ?? userName;
  const [old, now] = [joinsOf(from, userBefore), joinsOf(to, userName)];
  const models = renamedModels(from, to, answers, (name) => old.has(name) || now.has(name));
  const open = new Set(models.questions.flatMap(({ name, candidates }) => [name, ...candidates]));
  if (open.has(userName)) open.add("user");
  const joins = renamedJoins({ answers, renames: models.renames, open, old, now });
  const questions: Question[] = [...models.questions, ...joins.questions];
  const impossible: Impossible[] = [...joins.impossible];
  const renamed = inRenameOrder(new Map([...models.renames, ...joins.renames])).map(([name, next]): Operation => ({
    type: "renameModel",
    name,
    to: next,
    table: (to.get(next) as ModelState).table,
  }));
  const moved = stateAfter(from, renamed, "A change");
  const taken = new Set([...moved.values()].flatMap(namesOfRules));
  const created = [...to.values()].filter(({ name }) => !moved.has(name)).map((model) => withFreeNames(model, taken));
  const changed: Operation[] = [];
  const known: Answers = { ...answers, renames: new Map([...answers.renames, ...joins.fields]) };
  const settled = (model: ModelState): ModelState => withoutOpen(model, open);
  for (const [name, before] of moved) {
    const next = to.get(name);
    if (next) {
      const change = { answers: known, questions, impossible, fillOf };
      const operations = changesOfModel(settled(before), settled(next), change);
      const removed = new Set(operations.flatMap((one) => (one.type === "removeIndex" ? [one.name] : [])));
      const left = taken.difference(removed);
      changed.push(
        ...operations.map((one) =>
          one.type === "addIndex" ? { ...one, index: withFreeName(one.index, next, left) } : one,
        ),
      );
    }
  }
  const gone = [...moved.values()].filter(({ name }) => !to.has(name));
  return { renamed, created, changed, deleted: deletions(gone), questions, impossible };
}

function namesOfRules({ indexes, constraints }: ModelState): readonly string[] {
  return [...indexes, ...constraints].map(({ name }) => name);
}

/** A relation to a model of which it is not said yet what it is now says nothing before that. */
function withoutOpen(model: ModelState, open: ReadonlySet<string>): ModelState {
  const isOpen = ({ to }: FieldState): boolean => to !== undefined && open.has(to);
  if (!Object.values(model.fields).some(isOpen)) return model;
  const kept = Object.entries(model.fields).filter(([, field]) => !isOpen(field));
  return { ...model, fields: Object.fromEntries(kept), uniqueTogether: [], indexes: [], constraints: [] };
}

interface ModelChange {
  readonly answers: Answers;
  readonly questions: Question[];
  readonly impossible: Impossible[];
  readonly fillOf: FillOf;
}

function changesOfModel(before: ModelState, now: ModelState, change: ModelChange): Operation[] {
  const { answers, questions, impossible, fillOf } = change;
  const { name: model } = now;
  const renames = renamedFields(before, now, change);
  const fields = new Map(Object.entries(before.fields).map(([name, field]) => [renames.get(name) ?? name, field]));
  const keys = [keyIn(fields), keyIn(Object.entries(now.fields))] as const;
  const otherKeys = new Set(keys[0] === keys[1] ? [] : keys);
  if (otherKeys.size > 0 && !questions.some((one) => one.type === "rename" && one.name === `${model}.${keys[0]}`)) {
    impossible.push({ name: model, reason: `: its primary key is ${keys[1]}, and was ${keys[0]}. ${withOtherKey}` });
  }
  const [added, altered, removed]: [Operation[], Operation[], Operation[]] = [[], [], []];
  for (const [name, field] of Object.entries(now.fields)) {
    const old = fields.get(name);
    const where = `${model}.${name}`;
    if (otherKeys.has(name) || (old && isDeepStrictEqual(stored(old), stored(field)))) continue;
    if (old?.primaryKey) {
      impossible.push({ name: where, reason: ` is ${described(field)}, and was ${described(old)}. ${withOtherKey}` });
      continue;
    }
    if (old && !isSameFamily(old, field)) {
      const reason =
        ` is ${described(field)}, and was ${described(old)}: what rows hold cannot become that by itself. ` +
        "Add a field of another name, fill it with runCode, and remove this one.";
      impossible.push({ name: where, reason });
      continue;
    }
    const isNeeded = !field.null && (!old || old.null === true);
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
    if (!Object.hasOwn(now.fields, name) && !otherKeys.has(name)) removed.push({ type: "removeField", model, name });
  }
  const renamed = inRenameOrder(renames).map(([name, to]): Operation => ({ type: "renameField", model, name, to }));
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

const withOtherKey =
  "Rows are known by their key, in other tables too, and it stays what it is. Declare another model with the new key, copy the " +
  "rows with runCode, and remove this one in a migration after that.";

function keyIn(fields: Iterable<readonly [string, FieldState]>): string | undefined {
  return [...fields].find(([, { primaryKey }]) => primaryKey === true)?.[0];
}

function renamedFields(before: ModelState, now: ModelState, { answers, questions }: ModelChange): Renames {
  const renames = new Map<string, string>();
  const said = (name: string) => answers.renames.get(`${now.name}.${name}`);
  const taken = new Set(Object.keys(before.fields).map(said));
  for (const [name, field] of Object.entries(before.fields)) {
    const answer = said(name);
    if (typeof answer === "string" && Object.hasOwn(now.fields, answer)) renames.set(name, answer);
    if (answer !== undefined || Object.hasOwn(now.fields, name)) continue;
    const candidates = Object.entries(now.fields)
      .filter(([other, one]) => !Object.hasOwn(before.fields, other) && !taken.has(other) && isSameFamily(field, one))
      .map(([other]) => other);
    if (candidates.length > 0) questions.push({ type: "rename", name: `${now.name}.${name}`, candidates });
  }
  return renames;
}
