import type { Request, User } from "../http/index.ts";
import type { AuthTokens } from "./auth-tokens.ts";
import type { Credentials } from "./credentials.ts";
import type { Csrf } from "./csrf/csrf.ts";
import type { Sessions } from "./sessions/sessions.ts";
import type { Tokens } from "./tokens/tokens.ts";
import type { Users } from "./users.ts";

/** Who calls, and what the credentials were: the claims of a token, or null. */
export interface Authentication {
  readonly user: User;
  readonly auth: unknown;
}

/** One way to say who calls, as DRF's authentication classes. */
export interface Authenticator {
  /** What `drf-auth routes` calls it. */
  readonly name: string;
  /** What WWW-Authenticate asks for (RFC 9110 §11.6.1); without one a refusal is 403. */
  readonly challenge?: string;
  /**
   * Gives who calls, or undefined where the request holds no credentials of this kind.
   *
   * @throws {AuthenticationFailed} when it holds some and they are wrong.
   */
  authenticate(request: Request): Authentication | undefined | Promise<Authentication | undefined>;
}

/** What authenticators are made with once the application starts. */
export interface AuthServices {
  /** The keys of authtoken, where the application has their table. */
  readonly authTokens: AuthTokens | undefined;
  readonly credentials: Credentials;
  readonly csrf: Csrf;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly users: Users;
}

/** An authenticator of your own, or one of ours that is made at start. */
export type AuthenticatorSetting = Authenticator | ((services: AuthServices) => Authenticator);
