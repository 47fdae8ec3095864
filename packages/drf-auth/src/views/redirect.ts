import { Response } from "../http/index.ts";
import { allowAny } from "../policies/index.ts";
import { view, type View } from "./view.ts";

/** Sends whoever asks to another address of this site (302): `path("", redirect("/api/v1/"))`. */
export function redirect(to: string): View {
  const response = new Response(undefined, { status: 302, headers: { Location: to } });
  // Without a name it is no page: it stands in no breadcrumbs.
  return view({ name: "", authentication: [], permissions: [allowAny], get: () => response });
}
