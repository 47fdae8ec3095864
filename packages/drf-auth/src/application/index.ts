export { application, Application, type ApplicationOptions } from "./application.ts";
export { assemble, type Assembled, type AssembleOptions } from "./assemble.ts";
export { boundRoutes } from "./bound-routes.ts";
export { databaseAddressOf, openProject, type Project, type ProjectOptions } from "./project.ts";
export { databaseDefaults, type DatabaseSettings, type Settings, settingsDefaults } from "./settings.ts";
export type { BoundRoute } from "./route-table.ts";
