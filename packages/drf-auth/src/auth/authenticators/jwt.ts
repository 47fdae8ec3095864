import { AuthenticationFailed, ImproperlyConfigured } from "../../errors.ts";
import type { Request } from "../../http/index.ts";
import type { Authentication, AuthenticatorSetting, AuthServices } from "../authenticator.ts";
import type { Claims } from "../tokens/jwt.ts";
import { InvalidToken, type TokenFault } from "../tokens/token-error.ts";
import { wordsOf } from "./scheme-value.ts";

/** What a refused request is asked for (RFC 6750 §3). */
export const bearerChallenge = 'Bearer realm="api"';

/** What tokens are taken and where they are looked for; SimpleJWT's settings of the same meaning are in parentheses. */
export interface JwtOptions {
  /** The header that holds the token (AUTH_HEADER_NAME). Default "Authorization". */
  readonly headerName?: string;
  /** The words before it, of which the first is asked for (AUTH_HEADER_TYPES). Default "Bearer" alone. */
  readonly headerTypes?: readonly string[];
  /** The types of tokens that count, tried in this order (AUTH_TOKEN_CLASSES). Default "access" alone. */
  readonly tokenTypes?: readonly ("access" | "sliding")[];
}

/** SimpleJWT's names of the classes. */
const classNames = Object.freeze({ access: "AccessToken", sliding: "SlidingToken" });

/** Authenticates by an access token in `Authorization: Bearer …` (RFC 6750), as SimpleJWT's JWTAuthentication. */
export function jwt(options: JwtOptions = {}): AuthenticatorSetting {
  const { headerName = "Authorization", headerTypes = ["Bearer"], tokenTypes = ["access"] } = options;
  const [scheme] = headerTypes;
  if (scheme === undefined || tokenTypes.length === 0) {
    throw new ImproperlyConfigured("jwt(): headerTypes and tokenTypes name at least one each.");
  }
  const header = headerName.toLowerCase();
  return (services) => ({
    name: "JWT",
    challenge: `${scheme} realm="api"`,
    authenticate(request) {
      const token = tokenOf(request, header, headerTypes);
      return token === undefined ? undefined : authenticate(token, services, tokenTypes);
    },
  });
}

/** The token of the request; undefined when another scheme is used, which is not ours to judge. */
function tokenOf(request: Request, name: string, schemes: readonly string[]): string | undefined {
  const header = request.raw.headers[name];
  if (typeof header !== "string" || header === "") return undefined;
  const parts = wordsOf(header);
  const [scheme, token] = parts;
  if (scheme === undefined || !schemes.includes(scheme)) return undefined;
  if (parts.length === 2 && token !== undefined) return token;
  throw new AuthenticationFailed({
    detail: "Authorization header must contain two space-delimited values",
    code: "bad_authorization_header",
  });
}

async function authenticate(
  token: string,
  { tokens, users }: AuthServices,
  types: Required<JwtOptions>["tokenTypes"],
): Promise<Authentication> {
  const found = claimsOf(token, tokens, types);
  const claims = found instanceof Promise ? await found : found;
  if (!Object.hasOwn(claims, "user_id")) {
    throw new AuthenticationFailed({
      detail: "Token contained no recognizable user identification",
      code: "token_not_valid",
    });
  }
  const user = await users.find(claims["user_id"]);
  if (!user) throw new AuthenticationFailed({ detail: "User not found", code: "user_not_found" });
  if (!user.is_active && tokens.checksActive) {
    throw new AuthenticationFailed({ detail: "User is inactive", code: "user_inactive" });
  }
  if (tokens.checksPassword && (await tokens.isFromBefore(claims))) {
    throw new AuthenticationFailed({ detail: "The user's password has been changed.", code: "password_changed" });
  }
  return { user, auth: claims };
}

async function claimsOf(
  token: string,
  tokens: AuthServices["tokens"],
  types: Required<JwtOptions>["tokenTypes"],
): Promise<Claims> {
  const faults: { readonly type: keyof typeof classNames; readonly fault: TokenFault }[] = [];
  for (const type of types) {
    try {
      const claims = tokens[type](token);
      return claims instanceof Promise ? await claims : claims;
    } catch (error) {
      if (!(error instanceof InvalidToken)) throw error;
      faults.push({ type, fault: error.fault });
    }
  }
  throw new AuthenticationFailed({
    detail: "Given token not valid for any token type",
    code: "token_not_valid",
    messages: faults.map(({ type, fault }) => ({ token_class: classNames[type], token_type: type, message: fault })),
  });
}
