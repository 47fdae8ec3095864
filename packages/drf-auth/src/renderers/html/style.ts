import { readFileSync } from "node:fs";

const bytes = readFileSync(new URL("assets/pages.css", import.meta.url));

/** The one stylesheet of every page. */
export const style = bytes.toString("utf8");

/** The name of the stylesheet among static files. */
export const styleName = "drf-auth/pages.css";

/** The files that pages need besides themselves, by the names under which they ask for them. */
export const pageAssets: readonly { readonly name: string; readonly bytes: Buffer }[] = Object.freeze([
  { name: styleName, bytes },
]);
