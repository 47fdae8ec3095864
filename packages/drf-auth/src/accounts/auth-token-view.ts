import { audit } from "../audit.ts";
import { ImproperlyConfigured, ValidationError } from "../errors.ts";
import { allowAny } from "../policies/index.ts";
import { charField, serializer } from "../serializers/index.ts";
import { handler, view, type View } from "../views/index.ts";

/** POST username and password for the key that `tokenAuthentication()` takes, as DRF's obtain_auth_token. */
export function obtainAuthToken(): View {
  const input = serializer({ username: charField(), password: charField({ trim: false }) });
  return {
    bind: (services) => {
      const { authTokens, credentials } = services.auth;
      if (!authTokens) {
        throw new ImproperlyConfigured("obtainAuthToken() needs the table of keys. Add AuthToken to the models.");
      }
      return view({
        name: "Obtain Auth Token",
        description: "Gives the key of a user for a username and password.",
        permissions: [allowAny],
        post: handler(input, async ({ request, validatedData: { username, password } }) => {
          const user = await credentials.check(username, password, request);
          if (!user) throw new ValidationError({ non_field_errors: ["Unable to log in with provided credentials."] });
          audit(request, { event: "login.succeeded", userId: user.id, how: "token" });
          return { token: await authTokens.keyOf(user.id) };
        }),
      }).bind(services);
    },
  };
}
