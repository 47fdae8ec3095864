export { type AppliedMigration, appliedMigrations } from "./running/applied-migrations.ts";
export { copyRows } from "./copying/copy-rows.ts";
export type { Answers, Question } from "./making/answers.ts";
export { makeEmptyMigrations, mergeMigrations } from "./making/empty-migrations.ts";
export { fillFromText } from "./making/given-fills.ts";
export { inspectDatabase, type Inspection, type InspectOptions } from "./inspection/inspect-database.ts";
export { lockingSteps } from "./running/locking-steps.ts";
export {
  makeMigrations,
  migrationsOfModels,
  type MakeMigrationsOptions,
  unwrittenChanges,
} from "./making/make-migrations.ts";
export { migrate, type MigrateOptions, type MigrationContext, pendingMigrations } from "./running/migrate.ts";
export { f } from "../models/index.ts";
export {
  addConstraint,
  addField,
  addIndex,
  alterField,
  alterTable,
  alterUniqueTogether,
  createModel,
  type CreateModelOptions,
  deleteModel,
  migration,
  removeConstraint,
  removeField,
  removeIndex,
  renameField,
  renameModel,
  runCode,
  runSql,
} from "./operation-makers.ts";
export type { ConstraintState, Dependency, FieldState, Fill, IndexState, Migration, Operation } from "./operations.ts";
export type { WrittenMigration } from "./files/written-migration.ts";
export type { MigrationTarget } from "./running/selection.ts";
