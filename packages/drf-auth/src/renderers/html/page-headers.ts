import { createHash } from "node:crypto";
import { style } from "./style.ts";

/** The Content-Type of every page. */
export const pageContentType = "text/html; charset=utf-8";

/** Forbids whatever a page of ours does not need: it has one stylesheet, forms to this site, and no script. */
const policyWithStyle = (source: string): string =>
  ["default-src 'none'", `style-src ${source}`, "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"].join(
    "; ",
  );

/** The policy of pages that take their stylesheet from this site. */
export const contentSecurityPolicy = policyWithStyle("'self'");

/** The headers of every page that the framework makes. */
export const pageHeaders = Object.freeze({
  "Content-Type": pageContentType,
  "Content-Security-Policy": contentSecurityPolicy,
} satisfies Record<string, string>);

/** The same for pages that stand alone: the one stylesheet that is in them, by its hash. */
export const lonePageHeaders = Object.freeze({
  "Content-Type": pageContentType,
  "Content-Security-Policy": policyWithStyle(`'sha256-${createHash("sha256").update(style).digest("base64")}'`),
} satisfies Record<string, string>);
