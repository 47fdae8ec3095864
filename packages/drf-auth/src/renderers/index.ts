export { renderErrorPage } from "./html/error-page.ts";
export { renderLoginPage } from "./html/login-page.ts";
export { pageHeaders } from "./html/page-headers.ts";
export { pageRenderer } from "./html/page-renderer.ts";
export { jsonRenderer } from "./json-renderer.ts";
export type { DataRenderer, PageRenderer, Renderer } from "./renderer.ts";
