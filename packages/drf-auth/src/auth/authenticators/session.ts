import { PermissionDenied } from "../../errors.ts";
import type { Request, User } from "../../http/index.ts";
import type { Authentication, AuthenticatorSetting, AuthServices } from "../authenticator.ts";

/**
 * Takes the session cookie that a login set, as DRF's SessionAuthentication: what changes something needs a CSRF token.
 *
 * It has no challenge: where it stands first, a refusal is 403.
 */
export function session(): AuthenticatorSetting {
  return (services) => ({
    name: "Session",
    authenticate(request) {
      const found = services.sessions.find(request);
      return found?.then((user) => user && withCsrf(user, request, services));
    },
  });
}

async function withCsrf(user: User, request: Request, { csrf }: AuthServices): Promise<Authentication> {
  const refusal = await csrf.refusal(request);
  if (refusal !== undefined) throw new PermissionDenied(`CSRF Failed: ${refusal}`);
  return { user, auth: null };
}
