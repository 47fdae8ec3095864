import type { Answers, Question } from "./answers.ts";
import { appOf, type ModelState } from "../operations.ts";
import type { ProjectState } from "../states/state.ts";

/** What is called otherwise now, by its name of before. */
export type Renames = ReadonlyMap<string, string>;

/** What models are called now, and what must be asked about those that are gone. */
export interface RenamedModels {
  readonly renames: Renames;
  readonly questions: readonly (Question & { readonly type: "rename" })[];
}

/** Finds which models have another name; joining tables are named after their models and are left out. */
export function renamedModels(
  from: ProjectState,
  to: ProjectState,
  { renames: said }: Answers,
  isJoin: (model: string) => boolean,
): RenamedModels {
  const renames = new Map<string, string>();
  const questions: (Question & { readonly type: "rename" })[] = [];
  const taken = new Set(said.values());
  for (const [name, before] of from) {
    const answer = said.get(name);
    if (typeof answer === "string" && to.has(answer)) renames.set(name, answer);
    if (answer !== undefined || to.has(name) || isJoin(name)) continue;
    const candidates = [...to.values()].filter(
      (now) =>
        !from.has(now.name) &&
        !taken.has(now.name) &&
        !isJoin(now.name) &&
        appOf(now) === appOf(before) &&
        isLike(before, now),
    );
    if (candidates.length > 0) questions.push({ type: "rename", name, candidates: candidates.map((one) => one.name) });
  }
  return { renames, questions };
}

/** What another model may be called otherwise, and have one or the other field more or less: half of their names are the same. */
function isLike(before: ModelState, now: ModelState): boolean {
  const namesOf = ({ fields }: ModelState) => new Set(Object.keys(fields).filter((name) => name !== "id"));
  const [old, next] = [namesOf(before), namesOf(now)];
  return 2 * old.intersection(next).size >= Math.max(old.size, next.size);
}

/** Renames in an order in which no name is taken before it is free. */
export function inRenameOrder(renames: Renames): readonly (readonly [name: string, to: string])[] {
  const waiting = new Map(renames);
  const sorted: [string, string][] = [];
  const visit = (name: string): void => {
    const to = waiting.get(name);
    if (to === undefined) return;
    waiting.delete(name);
    visit(to);
    sorted.push([name, to]);
  };
  for (const name of renames.keys()) visit(name);
  return sorted;
}
