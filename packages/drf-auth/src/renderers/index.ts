export { lonePageHeaders, pageHeaders } from "./html/page-headers.ts";
export { type Pages, pagesWith, renderLoneErrorPage } from "./html/pages.ts";
export { pageAssets } from "./html/style.ts";
export { jsonRenderer } from "./json-renderer.ts";
export type { DataRenderer, PageRenderer, Renderer } from "./renderer.ts";
