import { didYouMean } from "../../settings.ts";
import type { Answers } from "./answers.ts";
import { inOneLine } from "../files/data-text.ts";
import { described, isSameFamily } from "./field-likeness.ts";
import { fillingAt } from "./given-fills.ts";
import { joinsOf, manyToManyName } from "./joining-tables.ts";
import { appOf, type FieldState, type ModelState } from "../operations.ts";
import type { ProjectState } from "../states/state.ts";

export interface AnsweredStates {
  readonly from: ProjectState;
  readonly to: ProjectState;
  readonly userName: string;
}

/** Says of each name that was given for a rename or a removal why it cannot be that, a line each; none where all fit. */
export function wrongAnswers(states: AnsweredStates, { renames, fills }: Answers): readonly string[] {
  const wrong: string[] = [];
  const checked = (option: string, reason: string | undefined): void => {
    if (reason !== undefined) wrong.push(`${option}: ${reason}`);
  };
  for (const [name, to] of renames) {
    const option = to === null ? `--removed ${name}` : `--rename ${name}=${to}`;
    const parts = name.split(".");
    if (parts.length === 2) checked(option, wrongModel(name, to, states, renames));
    else if (parts.length === 3) checked(option, wrongField(name, to, states, renames));
    else checked(option, "write a model as words.Word, and a field as words.Word.text.");
  }
  for (const [name, fill] of fills) {
    const { isRight, takes } = fillingAt(name, states.to, states.userName);
    if (!isRight(fill)) wrong.push(`--fill ${name}: it cannot hold ${inOneLine(fill)}. Write ${takes}.`);
  }
  return wrong;
}

function wrongModel(
  name: string,
  to: string | null,
  { from, to: now }: AnsweredStates,
  renames: Answers["renames"],
): string | undefined {
  if (to !== null && appOf({ name: to }) !== appOf({ name })) {
    return (
      "a model cannot move to another application. Declare the new one, copy the rows with runCode, and remove this one " +
      "in a migration after that."
    );
  }
  const names = { before: new Set(from.keys()), now: new Set(now.keys()), what: "model" };
  return wrongChange(name, to, names, renames);
}

function wrongField(
  given: string,
  to: string | null,
  states: AnsweredStates,
  renames: Answers["renames"],
): string | undefined {
  const at = given.lastIndexOf(".");
  const [model, field] = [given.slice(0, at), given.slice(at + 1)];
  const renamed = renames.get(model);
  const now = states.to.get(model);
  if (!now) {
    return typeof renamed === "string"
      ? `${model} is ${renamed} now: write ${renamed}.${field}.`
      : `there is no model ${model}.${didYouMean(model, [...states.to.keys()])}`;
  }
  const old = [...renames].find(([, next]) => next === model)?.[0];
  const before = states.from.get(old ?? model);
  if (!before || (old === undefined && typeof renamed === "string"))
    return `${model} is new, and nothing of it is gone.`;
  const fieldsBefore = fieldsWithJoins(before, states.from, states.userName);
  const fieldsNow = fieldsWithJoins(now, states.to, states.userName);
  const names = {
    before: new Set(fieldsBefore.keys()),
    now: new Set(fieldsNow.keys()),
    what: "field",
    of: ` of ${model}`,
  };
  const own = new Map(
    [...renames].flatMap(([name, next]) => (name.startsWith(`${model}.`) ? [[name.slice(at + 1), next]] : [])),
  );
  const wrong = wrongChange(field, to, names, own);
  if (wrong !== undefined || to === null) return wrong;
  const [one, other] = [fieldsBefore.get(field), fieldsNow.get(to)];
  return one && other ? wrongKind(one, other, { field, to, renames }) : undefined;
}

/** What a field is: a column, or for a relation of many to many the model to which it leads. */
type AnyField = FieldState | { readonly kind: "manyToMany"; readonly to: string };

function fieldsWithJoins(model: ModelState, state: ProjectState, userName: string): ReadonlyMap<string, AnyField> {
  const fields = new Map<string, AnyField>(Object.entries(model.fields));
  for (const { owner, suffix, to } of joinsOf(state, userName).values()) {
    const name = owner === model.name ? manyToManyName(owner, suffix) : undefined;
    if (name !== undefined) fields.set(name.slice(owner.length + 1), { kind: "manyToMany", to });
  }
  return fields;
}

function wrongKind(
  one: AnyField,
  other: AnyField,
  { field, to, renames }: { readonly field: string; readonly to: string; readonly renames: Answers["renames"] },
): string | undefined {
  const target = one.to === undefined ? undefined : (renames.get(one.to) ?? one.to);
  const moved = target === undefined ? one : { ...one, to: target };
  const isSame =
    moved.kind === "manyToMany" || other.kind === "manyToMany"
      ? moved.kind === other.kind && moved.to === other.to
      : isSameFamily(moved, other);
  const said = (any: AnyField): string => (any.kind === "manyToMany" ? `manyToMany to ${any.to}` : described(any));
  if (isSame) return undefined;
  return (
    `${field} was ${said(one)}, and ${to} is ${said(other)}: what rows hold cannot become that by itself. Fill ${to} with ` +
    "runCode, and remove the other in a migration after that."
  );
}

interface Names {
  readonly before: ReadonlySet<string>;
  readonly now: ReadonlySet<string>;
  readonly what: string;
  /** Of which model they are, for messages. */
  readonly of?: string;
}

/** Why a name of before cannot be another now, or be gone. */
function wrongChange(
  name: string,
  to: string | null,
  { before, now, what, of = "" }: Names,
  said: Answers["renames"],
): string | undefined {
  const takers = [...said].filter(([, next]) => next === name);
  const gone = [...before].filter((one) => !now.has(one));
  if (!before.has(name)) {
    const names = gone.length > 0 ? didYouMean(name, gone) : ` No ${what}${of} is gone.`;
    return `no migration has made the ${what} ${name}${of}.${names}`;
  }
  if (now.has(name) && takers.length === 0) return `the ${what} ${name}${of} is there still.`;
  if (to === null) return undefined;
  const fresh = [...now].filter((one) => !before.has(one));
  const choice = fresh.length > 0 ? didYouMean(to, fresh) : ` No ${what}${of} is new.`;
  if (!now.has(to)) return `there is no ${what} ${to}${of}.${choice}`;
  if (before.has(to) && typeof said.get(to) !== "string") return `the ${what} ${to}${of} is not new.${choice}`;
  const others = [...said].filter(([one, next]) => next === to && one !== name);
  if (others.length > 0) return `${others.map(([one]) => one).join(", ")} is said to be ${to} too.`;
  for (
    let next = said.get(to), steps = 0;
    typeof next === "string" && steps < said.size;
    next = said.get(next), steps++
  ) {
    if (next === to || next === name)
      return `${name} and ${to} cannot take each other's name at once. Give one of them a third name in a migration before.`;
  }
  return undefined;
}
