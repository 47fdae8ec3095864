import type { Answers, Impossible, Question } from "./answers.ts";
import type { ModelState } from "../operations.ts";
import type { Renames } from "./renamed-models.ts";
import type { ProjectState } from "../states/state.ts";

/** A table that does nothing but join the rows of a model to others, and is named after that model. */
export interface Join {
  readonly name: string;
  /** The model whose relation it is. */
  readonly owner: string;
  /** What follows the owner's name: `_tags` for its field "tags". */
  readonly suffix: string;
  /** The field that refers to the owner, and the one that refers to the other model. */
  readonly source: string;
  readonly target: string;
  /** The other model. */
  readonly to: string;
}

/** Finds the joining tables of a state by what they are: in a migration nothing else says it. */
export function joinsOf(state: ProjectState, userName: string): ReadonlyMap<string, Join> {
  return new Map(
    [...state.values()].flatMap((model) => joinOf(model, userName) ?? []).map((join) => [join.name, join]),
  );
}

function joinOf({ name, fields, uniqueTogether }: ModelState, userName: string): Join | undefined {
  const entries = Object.entries(fields).filter(([, { primaryKey }]) => primaryKey !== true);
  const [[source, { to: of = "" }] = ["", {}], [target, { to = "" }] = ["", {}]] = entries as [
    string,
    { to?: string },
  ][];
  const owner = of === "user" ? userName : of;
  const isNamedAfter = owner !== "" && name.startsWith(owner) && name !== owner;
  const isJoin =
    entries.length === 2 && to !== "" && uniqueTogether.some((set) => set.join() === `${source},${target}`);
  if (!isNamedAfter || !isJoin) return undefined;
  return { name, owner, suffix: name.slice(owner.length), source, target, to: to === "user" ? userName : to };
}

/** The relation of many to many that a join is, as `notes.Note.tags`; a user's groups are none that is declared. */
export function manyToManyName(owner: string, suffix: string): string | undefined {
  return suffix.startsWith("_") ? `${owner}.${suffix.slice(1)}` : undefined;
}

export interface RenamedJoinsOptions {
  readonly answers: Answers;
  /** What models are called now. */
  readonly renames: Renames;
  /** Models of which it is not said yet what they are now. */
  readonly open: ReadonlySet<string>;
  readonly old: ReadonlyMap<string, Join>;
  readonly now: ReadonlyMap<string, Join>;
}

/** What follows for joining tables from what models and relations of many to many are called now. */
export interface RenamedJoins {
  readonly renames: Renames;
  /** What their fields are called now, by `notes.Memo_tags.note`. */
  readonly fields: Renames;
  readonly questions: readonly Question[];
  readonly impossible: readonly Impossible[];
}

/** A joining table, its columns and its rows go along with its models and its field. */
export function renamedJoins({ answers, renames, open, old, now }: RenamedJoinsOptions): RenamedJoins {
  const joins = new Map<string, string>();
  const fields = new Map<string, string>();
  const questions: Question[] = [];
  const impossible: Impossible[] = [];
  const nameNow = (name: string): string => renames.get(name) ?? name;
  const nowBy = (owner: string, suffix: string) =>
    [...now.values()].find((one) => one.owner === owner && one.suffix === suffix);
  const isOld = ({ owner, suffix }: Join) =>
    [...old.values()].some((one) => nameNow(one.owner) === owner && one.suffix === suffix);
  for (const join of old.values()) {
    if (open.has(join.owner) || open.has(join.to)) continue;
    const owner = nameNow(join.owner);
    const field = manyToManyName(owner, join.suffix);
    const answer = answers.renames.get(join.name) ?? (field === undefined ? undefined : answers.renames.get(field));
    if (answer === null || answers.renames.get(join.name) === null) continue;
    const next = answer === undefined ? nowBy(owner, join.suffix) : (now.get(answer) ?? nowBy(owner, `_${answer}`));
    if (!next) {
      const taken = new Set([...answers.renames].filter(([name]) => name.startsWith(`${owner}.`)).map(([, to]) => to));
      const candidates = [...now.values()].filter(
        (one) => one.owner === owner && one.to === nameNow(join.to) && !isOld(one) && !taken.has(one.suffix.slice(1)),
      );
      if (answer === undefined && field !== undefined && candidates.length > 0)
        questions.push({ type: "rename", name: field, candidates: candidates.map(({ suffix }) => suffix.slice(1)) });
      continue;
    }
    if (nameNow(join.to) !== next.to) {
      const reason =
        ` leads to ${next.to}, and led to ${nameNow(join.to)}: its rows cannot become that by themselves. Add a field of ` +
        "another name, fill it with runCode, and remove this one.";
      impossible.push({ name: manyToManyName(next.owner, next.suffix) ?? next.name, reason });
      continue;
    }
    if (join.name !== next.name) joins.set(join.name, next.name);
    for (const end of ["source", "target"] as const) {
      if (join[end] !== next[end]) fields.set(`${next.name}.${join[end]}`, next[end]);
    }
  }
  return { renames: joins, fields, questions, impossible };
}
