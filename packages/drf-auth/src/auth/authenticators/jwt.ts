import { AuthenticationFailed } from "../../errors.ts";
import type { Request } from "../../http/index.ts";
import type { Authentication, AuthenticatorSetting, AuthServices } from "../authenticator.ts";
import { InvalidToken } from "../tokens/token-error.ts";
import { wordsOf } from "./scheme-value.ts";

/** What a refused request is asked for (RFC 6750 §3). */
export const bearerChallenge = 'Bearer realm="api"';

const SCHEME = "Bearer";

/** Authenticates by an access token in `Authorization: Bearer …` (RFC 6750), as SimpleJWT's JWTAuthentication. */
export function jwt(): AuthenticatorSetting {
  return (services) => ({
    name: "JWT",
    challenge: bearerChallenge,
    authenticate(request) {
      const token = bearerToken(request);
      return token === undefined ? undefined : authenticate(token, services);
    },
  });
}

/** The token of the request; undefined when another scheme is used, which is not ours to judge. */
function bearerToken(request: Request): string | undefined {
  const header = request.raw.headers.authorization;
  if (header === undefined || !header.startsWith(SCHEME)) return undefined;
  const parts = wordsOf(header);
  if (parts[0] !== SCHEME) return undefined;
  const [, token] = parts;
  if (parts.length === 2 && token !== undefined) return token;
  throw new AuthenticationFailed({
    detail: "Authorization header must contain two space-delimited values",
    code: "bad_authorization_header",
  });
}

async function authenticate(token: string, { tokens, users }: AuthServices): Promise<Authentication> {
  const claims = await claimsOf(token, tokens);
  if (!Object.hasOwn(claims, "user_id")) {
    throw new AuthenticationFailed({
      detail: "Token contained no recognizable user identification",
      code: "token_not_valid",
    });
  }
  const user = await users.find(claims["user_id"]);
  if (!user) throw new AuthenticationFailed({ detail: "User not found", code: "user_not_found" });
  if (!user.is_active) throw new AuthenticationFailed({ detail: "User is inactive", code: "user_inactive" });
  return { user, auth: claims };
}

async function claimsOf(token: string, tokens: AuthServices["tokens"]) {
  try {
    const claims = tokens.access(token);
    return claims instanceof Promise ? await claims : claims;
  } catch (error) {
    if (!(error instanceof InvalidToken)) throw error;
    throw new AuthenticationFailed(
      {
        detail: "Given token not valid for any token type",
        code: "token_not_valid",
        messages: [{ token_class: "AccessToken", token_type: "access", message: error.fault }],
      },
      { cause: error },
    );
  }
}
