import { AuthenticationFailed } from "../../errors.ts";
import type { Authentication, AuthenticatorSetting, AuthServices } from "../authenticator.ts";
import { schemeValue } from "./scheme-value.ts";
import type { Request } from "../../http/index.ts";

const DIGIT = /[A-Za-z0-9+/]/;

/** Takes `Authorization: Basic …` (RFC 7617), as DRF's BasicAuthentication: each request costs a hash. */
export function basic(): AuthenticatorSetting {
  return (services) => ({
    name: "Basic",
    challenge: 'Basic realm="api"',
    authenticate(request) {
      const value = schemeValue(request, "basic", "Credentials");
      return value === undefined ? undefined : authenticate(value, request, services);
    },
  });
}

async function authenticate(value: string, request: Request, { credentials }: AuthServices): Promise<Authentication> {
  const text = decoded(value);
  const colon = text?.indexOf(":") ?? -1;
  if (text === undefined || colon === -1) {
    throw new AuthenticationFailed("Invalid basic header. Credentials not correctly base64 encoded.");
  }
  const user = await credentials.check(text.slice(0, colon), text.slice(colon + 1), request);
  if (!user) throw new AuthenticationFailed("Invalid username/password.");
  return { user, auth: null };
}

/** Base64 as Python reads it: other characters are passed over, and so is padding that nothing lacks. */
function decoded(value: string): string | undefined {
  let digits = "";
  let padding = 0;
  for (const character of value) {
    const open = digits.length % 4;
    if (character === "=") {
      if (open < 2) continue;
      padding += 1;
      if (open + padding === 4) break;
    } else if (DIGIT.test(character)) {
      digits += character;
      padding = 0;
    }
  }
  if ((digits.length + padding) % 4 !== 0) return undefined;
  const bytes = Buffer.from(digits, "base64");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString("latin1");
  }
}
