import { ImproperlyConfigured } from "../../errors.ts";
import { didYouMean } from "../../settings.ts";
import type { MigrationFile } from "../files/migration-file.ts";
import { neededBy } from "../files/migration-order.ts";
import type { FileStep, Plan } from "./plan.ts";

/** Where an application's migrations shall stand: at one of them, or before all. */
export interface MigrationTarget {
  readonly appLabel: string;
  /** Such as `0002_tag`, or its number, or `zero`. Default: the last. */
  readonly name?: string;
}

/** What is to be undone, the last first, and what is to be applied. */
export interface Selected {
  readonly undone: readonly FileStep[];
  readonly applied: readonly FileStep[];
}

/**
 * Chooses from a plan what leads to a target, with what that needs, and what needs what is undone.
 *
 * @throws {ImproperlyConfigured} when there is no such application or migration.
 */
export function selectedOf(
  plan: Plan,
  files: readonly MigrationFile[],
  target: MigrationTarget | undefined,
  userName: string,
): Selected {
  if (!target) return { undone: [], applied: plan.files };
  const own = files.filter(({ appLabel }) => appLabel === target.appLabel);
  if (own.length === 0) {
    const labels = [...new Set(files.map(({ appLabel }) => appLabel))];
    throw new ImproperlyConfigured(
      `There are no migrations of "${target.appLabel}" in the project.${didYouMean(target.appLabel, labels)}`,
    );
  }
  const last = target.name === "zero" ? -1 : indexOf(own, target.name);
  const undone = new Set(plan.applied.filter(({ file }) => own.indexOf(file) > last).map(({ file }) => file));
  for (const { file } of plan.applied) {
    if (neededBy(file, files, userName).some((needed) => undone.has(needed))) undone.add(file);
  }
  if (undone.size > 0) {
    return { undone: plan.applied.filter(({ file }) => undone.has(file)).toReversed(), applied: [] };
  }
  const wanted = new Set<MigrationFile>();
  const want = (file: MigrationFile): void => {
    if (wanted.has(file)) return;
    wanted.add(file);
    for (const needed of neededBy(file, files, userName)) want(needed);
  };
  for (const file of own.slice(0, last + 1)) want(file);
  return { undone: [], applied: plan.files.filter(({ file }) => wanted.has(file)) };
}

function indexOf(files: readonly MigrationFile[], name: string | undefined): number {
  if (name === undefined) return files.length - 1;
  const found = files.filter((file) => file.name === name || file.name.startsWith(`${name}_`));
  if (found.length === 1) return files.indexOf(found[0] as MigrationFile);
  const names = files.map((file) => file.name);
  throw new ImproperlyConfigured(
    found.length > 1
      ? `Several migrations begin with "${name}": ${found.map((file) => file.name).join(", ")}.`
      : `There is no migration "${name}" of "${files[0]?.appLabel}".${didYouMean(name, [...names, "zero"])}`,
  );
}
