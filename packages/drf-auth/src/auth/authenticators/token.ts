import { isUtf8 } from "node:buffer";
import { AuthenticationFailed, ImproperlyConfigured } from "../../errors.ts";
import type { Authentication, AuthenticatorSetting, AuthServices } from "../authenticator.ts";
import { schemeValue } from "./scheme-value.ts";

/** Takes `Authorization: Token …` as DRF's TokenAuthentication, from Django's table `authtoken_token`. */
export function tokenAuthentication(): AuthenticatorSetting {
  return (services) => {
    const { authTokens } = services;
    if (!authTokens) {
      throw new ImproperlyConfigured(
        "tokenAuthentication() reads the table authtoken_token, which the application does not have. " +
          "Add AuthToken to its models.",
      );
    }
    return {
      name: "Token",
      challenge: "Token",
      authenticate(request) {
        const key = schemeValue(request, "token", "Token");
        return key === undefined ? undefined : authenticate(key, authTokens, services);
      },
    };
  };
}

async function authenticate(
  key: string,
  authTokens: NonNullable<AuthServices["authTokens"]>,
  { users }: AuthServices,
): Promise<Authentication> {
  const bytes = Buffer.from(key, "latin1");
  if (!isUtf8(bytes)) {
    throw new AuthenticationFailed("Invalid token header. Token string should not contain invalid characters.");
  }
  const userId = await authTokens.userIdOf(bytes.toString("utf8"));
  const user = userId === undefined ? undefined : await users.find(userId);
  if (!user) throw new AuthenticationFailed("Invalid token.");
  if (!user.is_active) throw new AuthenticationFailed("User inactive or deleted.");
  return { user, auth: key };
}
