export {
  makeMigrations,
  migrationsOfModels,
  type MakeMigrationsOptions,
  unwrittenChanges,
  type WrittenMigration,
} from "./make-migrations.ts";
export { migrate, type MigrateOptions, type MigrationContext, pendingMigrations } from "./migrate.ts";
export {
  createModel,
  type CreateModelOptions,
  type Dependency,
  type FieldState,
  migration,
  type Migration,
} from "./operations.ts";
