export type { FieldDescription } from "./field-description.ts";
export type { ViewDescription } from "./view-description.ts";
