import { timingSafeEqual } from "node:crypto";
import { ImproperlyConfigured } from "../../errors.ts";
import { Form, type Request } from "../../http/index.ts";
import { formFault, mask, newSecret, secretOf } from "./csrf-token.ts";

const cookieName = "csrftoken";
const fieldName = "csrfmiddlewaretoken";
const headerName = "x-csrftoken";
const maxAgeSeconds = 31_449_600;
const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/**
 * Tells requests of our own pages and scripts from those that another site makes a browser send, as Django's
 * CsrfViewMiddleware: by the Origin or Referer, and by a token that only this site can read.
 */
export class Csrf {
  readonly #trustedOrigins: ReadonlySet<string>;
  readonly #trusted: readonly TrustedOrigin[];
  readonly #secrets = new WeakMap<Request, string>();

  /** `trustedOrigins`: other sites whose forms count, as Django's CSRF_TRUSTED_ORIGINS (`https://*.example.com`). */
  constructor(trustedOrigins: readonly string[]) {
    this.#trusted = trustedOrigins.map(trustedOrigin);
    this.#trustedOrigins = new Set(trustedOrigins.filter((origin) => !origin.includes("*")));
  }

  /** A token for a form or a script of this answer; sets the cookie that it belongs to. */
  tokenFor(request: Request): string {
    const secret = this.#secrets.get(request) ?? storedSecret(request).secret ?? newSecret();
    this.#set(request, secret);
    return mask(secret);
  }

  /** Changes the secret: tokens from before a login are worth nothing after it. */
  rotate(request: Request): void {
    this.#set(request, newSecret());
  }

  /**
   * Why a request is refused, in Django's words; undefined when it may go on.
   *
   * @throws {ParseError | ContentTooLarge} when the form that may hold the token cannot be read.
   */
  async refusal(request: Request): Promise<string | undefined> {
    // A cookie that is no token would have every form refused that comes with it.
    if (storedSecret(request).fault !== undefined) this.rotate(request);
    if (safeMethods.has(request.method)) return undefined;
    return this.#originRefusal(request) ?? (await tokenRefusal(request));
  }

  #set(request: Request, secret: string): void {
    this.#secrets.set(request, secret);
    request.setCookie(cookieName, secret, { maxAgeSeconds });
  }

  #originRefusal(request: Request): string | undefined {
    const origin = request.header("origin");
    if (origin !== undefined) {
      const isTrusted = origin === request.origin || this.#trustedOrigins.has(origin) || this.#isBelowTrusted(origin);
      return isTrusted ? undefined : `Origin checking failed - ${origin} does not match any trusted origins.`;
    }
    return request.client.isSecure ? this.#refererRefusal(request) : undefined;
  }

  #isBelowTrusted(origin: string): boolean {
    const [, scheme = "", host = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)$/i.exec(origin) ?? [];
    return this.#trusted.some((one) => one.isWildcard && one.scheme === scheme && isSameDomain(host, one.host));
  }

  /** Browsers that send no Origin send a Referer on HTTPS; without either it may be a site of plain HTTP in between. */
  #refererRefusal(request: Request): string | undefined {
    const referer = request.header("referer");
    if (referer === undefined) return "Referer checking failed - no Referer.";
    const [, scheme = "", host = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)/i.exec(referer) ?? [];
    if (scheme === "" || host === "") return "Referer checking failed - Referer is malformed.";
    if (scheme.toLowerCase() !== "https") {
      return "Referer checking failed - Referer is insecure while host is secure.";
    }
    const isTrusted =
      this.#trusted.some((one) => isSameDomain(host, one.host)) || isSameDomain(host, request.client.host);
    return isTrusted ? undefined : `Referer checking failed - ${referer} does not match any trusted origins.`;
  }
}

interface TrustedOrigin {
  readonly scheme: string;
  /** With a leading dot where every name below it counts. */
  readonly host: string;
  readonly isWildcard: boolean;
}

function trustedOrigin(origin: string): TrustedOrigin {
  const [, scheme = "", star = "", host = ""] = /^(https?):\/\/(\*)?([^/?#*@\s]+)$/.exec(origin) ?? [];
  const isWildcard = star === "*";
  if (host === "" || (isWildcard && !host.startsWith("."))) {
    throw new ImproperlyConfigured(
      `settings.csrfTrustedOrigins has "${origin}", which is no origin. Write scheme and host, without a path: ` +
        '"https://app.example.com", or "https://*.example.com" for all below it.',
    );
  }
  return { scheme, host, isWildcard };
}

function isSameDomain(host: string, pattern: string): boolean {
  const [name, wanted] = [host.toLowerCase(), pattern.toLowerCase()];
  return name === wanted || (wanted.startsWith(".") && (name.endsWith(wanted) || name === wanted.slice(1)));
}

function storedSecret(request: Request): { readonly secret?: string; readonly fault?: string } {
  const cookie = request.cookie(cookieName);
  if (cookie === undefined) return {};
  const fault = formFault(cookie);
  return fault === undefined ? { secret: secretOf(cookie) } : { fault };
}

async function tokenRefusal(request: Request): Promise<string | undefined> {
  const { secret, fault } = storedSecret(request);
  if (fault !== undefined) return `CSRF cookie ${fault}.`;
  if (secret === undefined) return "CSRF cookie not set.";
  const sent = request.method === "POST" ? await formToken(request) : "";
  const token = sent === "" ? request.header(headerName) : sent;
  if (token === undefined) return "CSRF token missing.";
  const source = sent === "" ? "the 'X-Csrftoken' HTTP header" : "POST";
  const wrong = formFault(token);
  if (wrong !== undefined) return `CSRF token from ${source} ${wrong}.`;
  const isRight = timingSafeEqual(Buffer.from(secretOf(token)), Buffer.from(secret));
  return isRight ? undefined : `CSRF token from ${source} incorrect.`;
}

/** The token that a form brought; a body that is no form brings none, and one that cannot be read is refused as that. */
async function formToken(request: Request): Promise<string> {
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(request.header("content-type") ?? "")) {
    return "";
  }
  const data = await request.data();
  const value = data instanceof Form ? data.get(fieldName) : undefined;
  return typeof value === "string" ? value : "";
}
