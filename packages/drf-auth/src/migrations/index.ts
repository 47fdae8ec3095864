export { makeMigrations, type MakeMigrationsOptions, type WrittenMigration } from "./make-migrations.ts";
export { migrate, type MigrateOptions, type MigrationContext, pendingMigrations } from "./migrate.ts";
export { createModel, type FieldState, migration, type Migration } from "./operations.ts";
