export { copyRows } from "./copy-rows.ts";
export type { Answers, Question } from "./change-detection.ts";
export { inspectDatabase, type Inspection, type InspectOptions } from "./inspection/inspect-database.ts";
export { lockingSteps } from "./locking-steps.ts";
export {
  makeMigrations,
  migrationsOfModels,
  type MakeMigrationsOptions,
  unwrittenChanges,
  type WrittenMigration,
} from "./make-migrations.ts";
export { migrate, type MigrateOptions, type MigrationContext, pendingMigrations } from "./migrate.ts";
export {
  addField,
  alterField,
  alterTable,
  alterUniqueTogether,
  createModel,
  type CreateModelOptions,
  deleteModel,
  migration,
  removeField,
  renameField,
  renameModel,
  runCode,
  runSql,
} from "./operation-makers.ts";
export type { Dependency, FieldState, Fill, Migration, Operation } from "./operations.ts";
export type { MigrationTarget } from "./selection.ts";
