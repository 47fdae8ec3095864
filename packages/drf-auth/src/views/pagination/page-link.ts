import { canonicalPath, type Request } from "../../http/index.ts";

/** The address of a request with some parameters of its query set, or left out where they are undefined. */
export function pageLink(request: Request, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = request.query.with(parameters);
  return `${request.origin}${canonicalPath(request.path)}${query === "" ? "" : `?${query}`}`;
}
