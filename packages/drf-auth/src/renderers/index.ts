export { jsonRenderer } from "./json-renderer.ts";
export type { Renderer } from "./renderer.ts";
