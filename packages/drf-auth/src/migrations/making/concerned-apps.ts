import { ImproperlyConfigured } from "../../errors.ts";
import { type ModelRegistry, ownAppLabel } from "../../models/index.ts";
import { didYouMean } from "../../settings.ts";
import { isDjangoApp } from "../running/django-migrations.ts";
import type { MigrationFile } from "../files/migration-file.ts";
import type { PlannedMigration } from "./migration-steps.ts";

/** @throws {ImproperlyConfigured} when the project has no application of that label. */
export function checkAppLabels(
  labels: readonly string[],
  files: readonly MigrationFile[],
  { metas }: ModelRegistry,
): void {
  const known = new Set([...metas, ...files].map(({ appLabel }) => appLabel));
  const own = [...known].filter((label) => !isDjangoApp(label) && label !== ownAppLabel);
  const wrong = labels.find((label) => !own.includes(label));
  if (wrong === undefined) return;
  throw new ImproperlyConfigured(`The project has no application "${wrong}".${didYouMean(wrong, own)}`);
}

/** The planned migrations of some applications, with those of others that they need. */
export function trimmedTo(
  labels: readonly string[],
  planned: readonly PlannedMigration[],
): readonly PlannedMigration[] {
  const kept = new Set<PlannedMigration>();
  const keep = (one: PlannedMigration): void => {
    if (kept.has(one)) return;
    kept.add(one);
    for (const [appLabel, name] of one.dependencies) {
      for (const needed of planned) if (needed.appLabel === appLabel && needed.name === name) keep(needed);
    }
  };
  for (const one of planned) if (labels.includes(one.appLabel)) keep(one);
  return planned.filter((one) => kept.has(one));
}
