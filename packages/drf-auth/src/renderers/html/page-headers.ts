import { createHash } from "node:crypto";
import { style } from "./style.ts";

const styleHash = createHash("sha256").update(style).digest("base64");

/** The Content-Type of every page. */
export const pageContentType = "text/html; charset=utf-8";

/** Forbids whatever a page of ours does not need: it has one stylesheet, forms to this site, and no script. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${styleHash}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** The headers of every page that the framework makes. */
export const pageHeaders = Object.freeze({
  "Content-Type": pageContentType,
  "Content-Security-Policy": contentSecurityPolicy,
} satisfies Record<string, string>);
