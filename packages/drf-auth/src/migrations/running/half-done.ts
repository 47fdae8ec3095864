import type { Database } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import type { MigrationFile } from "../files/migration-file.ts";
import { type Begun, begunOf } from "./progress.ts";
import type { ProjectState } from "../states/state.ts";
import { stateAfter } from "../states/state-after.ts";
import { stepsOf, undoing } from "../states/steps.ts";

/** A migration that is not atomic, and that was broken off between its steps. */
export interface HalfDone extends Begun {
  /** The migration, as `notes.0002_title`. */
  readonly key: string;
  /** How many steps it has that way; undefined where its file is gone. */
  readonly total?: number;
  /** Where the application stands once it is finished, as `migrate` is told. */
  readonly end: string;
}

/** What is to be done, in its order. */
interface Ways {
  readonly undone: readonly { readonly file: MigrationFile }[];
  readonly applied: readonly { readonly file: MigrationFile }[];
}

/** The migrations that were left half done. `base`: the tables that no file makes. */
export async function halfDoneOf(
  database: Database,
  files: readonly MigrationFile[],
  base: ProjectState,
): Promise<readonly HalfDone[]> {
  return (await begunOf(database)).map((begun): HalfDone => {
    const { appLabel, name, way } = begun;
    const key = `${appLabel}.${name}`;
    const index = files.findIndex((one) => one.key === key);
    const file = files[index];
    if (!file) return { ...begun, key, end: name };
    const before = files.slice(0, index);
    const start = before.reduce((state, { migration, path }) => stateAfter(state, migration.operations, path), base);
    const steps = stepsOf(start, file.migration.operations, file.path);
    if (way === "apply") return { ...begun, key, total: steps.length, end: name };
    const previous = before.findLast((one) => one.appLabel === appLabel)?.name ?? "zero";
    return { ...begun, key, total: undoing(steps, file.path).length, end: previous };
  });
}

/** Says how far it came, as in "1 of 3 steps done". */
export function sentenceOfHalf({ way, done, total }: HalfDone): string {
  const count = total === undefined ? `${done}` : `${done} of ${total}`;
  return way === "apply" ? `${count} steps done` : `undo broken off: ${count} steps undone`;
}

/**
 * Sees to it that what was left half done is finished before its tables are changed by anything else.
 *
 * @throws {ImproperlyConfigured} when what is selected does not finish it; says what does.
 */
export function checkHalfDone(halfDone: readonly HalfDone[], { undone, applied }: Ways): void {
  const wayOf = ({ way }: HalfDone) => (way === "apply" ? applied : undone);
  const finishing = (half: HalfDone): number => wayOf(half).findIndex(({ file }) => file.key === half.key);
  for (const one of halfDone) {
    const file = wayOf(one)[finishing(one)]?.file;
    if (file && file.migration.isAtomic !== false) {
      throw new ImproperlyConfigured(
        `Nothing was changed, for ${one.key} is half done (${sentenceOfHalf(one)}), and what is atomic begins at its first ` +
          `step: let it have isAtomic: false in ${file.path} until it is finished.`,
      );
    }
  }
  const left = halfDone.find((one) => finishing(one) === -1);
  // Of several each must be let finish, or none could.
  if (!left || halfDone.some((one) => finishing(one) === 0)) return;
  const { appLabel, key, way, total, end } = left;
  const [half, whole] = way === "apply" ? ["half done", "it"] : ["half undone", "the undo"];
  throw new ImproperlyConfigured(
    `Nothing was changed, for ${key} is ${half} (${sentenceOfHalf(left)}). ` +
      (total === undefined
        ? "Its file is gone: bring it back, and finish it."
        : `First run npx drf-auth migrate ${appLabel} ${end}, which finishes ${whole}.`),
  );
}
