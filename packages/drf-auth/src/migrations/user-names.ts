import type { MigrationFile } from "./migration-file.ts";
import type { Step } from "./schema-editor.ts";
import type { ProjectState } from "./state.ts";

/** The names that the user model has had, the last first: migrations may rename it. */
export function userNames(files: readonly MigrationFile[], last: string): readonly string[] {
  const names = [last];
  for (const operation of files.flatMap(({ migration }) => migration.operations).toReversed()) {
    if (operation.type === "renameModel" && operation.to === names.at(-1)) names.push(operation.name);
  }
  return names;
}

/** What the user model is called in a state. */
export function userIn(names: readonly string[], state: ProjectState): string | undefined {
  return names.find((name) => state.has(name));
}

/** What the user model is called where a step is done. */
export function userAt(names: readonly string[], { before, after, end }: Step): string {
  return userIn(names, before) ?? userIn(names, after) ?? userIn(names, end) ?? (names[0] as string);
}

/** Tells whether steps make the table of the user model, by its first name. */
export function makesUser(names: readonly string[], steps: readonly Step[]): boolean {
  return steps.some(({ operation }) => operation.type === "createModel" && names.includes(operation.model.name));
}
