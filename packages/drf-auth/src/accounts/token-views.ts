import { audit } from "../audit.ts";
import { bearerChallenge } from "../auth/index.ts";
import { AuthenticationFailed } from "../errors.ts";
import type { Request, User } from "../http/index.ts";
import { allowAny } from "../policies/index.ts";
import { charField, readOnly, type Serializer, serializer } from "../serializers/index.ts";
import { handler, view, type View, type ViewServices } from "../views/index.ts";

type Handle<Input> = (data: Input, auth: ViewServices["auth"], request: Request) => unknown;

/** POST username and password for a refresh and an access token, as SimpleJWT's TokenObtainPairView. */
export function tokenObtainPair(): View {
  return obtainView(
    "Token Obtain Pair",
    "Gives a refresh and an access token for a username and password.",
    (user, { tokens }) => tokens.obtain(user),
  );
}

/** POST username and password for a sliding token, as SimpleJWT's TokenObtainSlidingView. */
export function tokenObtainSliding(): View {
  return obtainView(
    "Token Obtain Sliding",
    "Gives a sliding token for a username and password.",
    async (user, { tokens }) => ({ token: await tokens.obtainSliding(user) }),
  );
}

/** POST a sliding token to make it good for longer, as SimpleJWT's TokenRefreshSlidingView. */
export function tokenRefreshSliding(): View {
  const input = serializer({ token: charField() });
  return tokenView(
    "Token Refresh Sliding",
    "Makes a sliding token good for longer, until its time to be refreshed is over.",
    input,
    async ({ token }, { tokens }) => ({ token: await tokens.refreshSliding(token) }),
  );
}

function obtainView(
  name: string,
  description: string,
  obtain: (user: User, auth: ViewServices["auth"]) => Promise<unknown>,
): View {
  return {
    bind: (services) => {
      const { usernameField } = services.auth.users;
      const credentials = serializer({
        [usernameField]: charField({ writeOnly: true }),
        password: charField({ writeOnly: true }),
      });
      return tokenView(name, description, credentials, async (data, auth, request) => {
        const user = await auth.credentials.check(data[usernameField] ?? "", data["password"] ?? "", request);
        if (!user || !(await auth.tokens.isPermitted(user))) {
          throw new AuthenticationFailed("No active account found with the given credentials");
        }
        const obtained = await obtain(user, auth);
        audit(request, { event: "login.succeeded", userId: user.id, how: "token" });
        return obtained;
      }).bind(services);
    },
  };
}

/** POST a refresh token for an access token and, rotating, a new refresh token, as SimpleJWT's TokenRefreshView. */
export function tokenRefresh(): View {
  const input = serializer({ refresh: charField(), access: readOnly() });
  return tokenView(
    "Token Refresh",
    "Gives a new access token for a valid refresh token.",
    input,
    ({ refresh }, { tokens }) => tokens.refresh(refresh),
  );
}

/** POST a token of any type to learn whether it is valid, as SimpleJWT's TokenVerifyView. */
export function tokenVerify(): View {
  const input = serializer({ token: charField({ writeOnly: true }) });
  return tokenView(
    "Token Verify",
    "Says whether a token is valid, not what for.",
    input,
    async ({ token }, { tokens }) => {
      await tokens.verify(token);
      return {};
    },
  );
}

/** POST a refresh token that is to be refused from now on, as SimpleJWT's TokenBlacklistView. */
export function tokenBlacklist(): View {
  const input = serializer({ refresh: charField({ writeOnly: true }) });
  return tokenView(
    "Token Blacklist",
    "Refuses a refresh token from now on.",
    input,
    async ({ refresh }, { tokens }) => {
      await tokens.blacklist(refresh);
      return {};
    },
  );
}

/** Anyone may ask; whose credentials are refused is told of Bearer, though the view authenticates nobody. */
function tokenView<Input>(name: string, description: string, input: Serializer<Input>, handle: Handle<Input>): View {
  return {
    bind: (services) =>
      view({
        name,
        description,
        authentication: [],
        permissions: [allowAny],
        challenge: bearerChallenge,
        post: handler(input, ({ validatedData, request }) => handle(validatedData, services.auth, request), {
          isDescribed: true,
        }),
      }).bind(services),
  };
}
