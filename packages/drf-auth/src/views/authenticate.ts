import type { Authentication, Authenticator } from "../auth/index.ts";
import type { Request } from "../http/index.ts";

/** Asks each authenticator in turn; the first that knows the credentials says who calls, else nobody does. */
export function authenticate(authenticators: readonly Authenticator[], request: Request): Promise<void> | undefined {
  for (let index = 0; index < authenticators.length; index += 1) {
    const found = authenticators[index]?.authenticate(request);
    if (found instanceof Promise) return authenticateRest(authenticators, request, found, index);
    if (found) {
      accept(request, found);
      return undefined;
    }
  }
  return undefined;
}

async function authenticateRest(
  authenticators: readonly Authenticator[],
  request: Request,
  pending: Promise<Authentication | undefined>,
  index: number,
): Promise<void> {
  const found = await pending;
  if (found) accept(request, found);
  else await authenticate(authenticators.slice(index + 1), request);
}

function accept(request: Request, { user, auth }: Authentication): void {
  request.user = user;
  request.auth = auth;
}
