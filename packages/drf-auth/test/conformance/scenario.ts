// Plays a recorded scenario against a server, and reduces each answer to what must be the same on every server:
// status, the headers that clients act on, cookies' flags, and the body with its moving parts named.
import { createHmac } from "node:crypto";

export interface Step {
  readonly name: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The name of a saved token, as `${access}`. */
  readonly auth?: string;
  readonly basic?: string;
  /** Whether the cookies of this scenario are sent. */
  readonly session?: boolean;
  /** Whether the CSRF cookie's token is sent as a header. */
  readonly csrf?: boolean;
  /** Whether the CSRF token of the last page is sent with the form. */
  readonly csrfForm?: boolean;
  /** Whether it does not matter where a redirect leads. */
  readonly noLocation?: boolean;
  readonly craft?: Readonly<Record<string, Crafted>>;
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly multipart?: Readonly<Record<string, string>>;
  readonly raw?: string;
  readonly save?: Readonly<Record<string, string>>;
  readonly saveId?: string;
  readonly anyBody?: boolean;
  readonly has?: readonly string[];
  readonly expect: Answer;
}

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly cookies: readonly string[];
  readonly body?: unknown;
  readonly has?: readonly string[];
}

interface Crafted {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly alg?: string;
  readonly key?: string;
}

type Json = { readonly [name: string]: unknown };

const headerNames = [
  "content-type",
  "www-authenticate",
  "allow",
  "location",
  "retry-after",
  "vary",
  "x-content-type-options",
];
const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;

/** Plays the steps in order and gives each with its answer; what a step saves is there for those that follow. */
export async function* play(
  scenario: Scenario,
  base: string,
  secret: string,
): AsyncGenerator<{ readonly step: Step; readonly answer: Answer }> {
  const saved: Record<string, unknown> = {};
  const cookies = new Map<string, string>();
  const ids: [name: string, id: unknown][] = [];
  const fill = (value: unknown): unknown => filled(value, saved);
  for (const step of scenario.steps) {
    for (const [name, how] of Object.entries(step.craft ?? {})) saved[name] = craft(how, secret);
    const sent = requestOf(step, fill, cookies, saved["csrf"]);
    const response = await fetch(base + String(fill(step.path)), { ...sent, redirect: "manual" });
    const text = await response.text();
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value.replace(/^"|"$/g, ""));
    }
    const pageToken = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(text)?.[1];
    if (pageToken !== undefined) saved["csrf"] = pageToken;
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    const data: unknown = isJson && text !== "" ? parseExactly(text) : text;
    for (const [name, path] of Object.entries(step.save ?? {})) saved[name] = at(path, data);
    if (step.saveId !== undefined) {
      saved[step.saveId] = (data as Json)["id"];
      ids.unshift([step.saveId, (data as Json)["id"]]);
    }
    yield { step, answer: answerOf(step, response, text, data, base, ids) };
  }
}

/** What of an answer is not as recorded; a Vary may name more than the recording's. */
export function comparable({ headers: { vary = [], ...headers }, ...rest }: Answer, wanted: Answer): Answer {
  const kept = (vary as readonly string[]).filter((name) => (wanted.headers["vary"] ?? []).includes(name));
  return { ...rest, headers: kept.length > 0 ? { ...headers, vary: kept } : headers };
}

function requestOf(
  step: Step,
  fill: (value: unknown) => unknown,
  cookies: ReadonlyMap<string, string>,
  pageToken: unknown,
): { method: string; headers: Record<string, string>; body?: string | FormData } {
  const headers: Record<string, string> = {
    accept: "application/json",
    ...(fill(step.headers ?? {}) as Record<string, string>),
  };
  if (step.auth !== undefined) headers["authorization"] = `Bearer ${String(fill(step.auth))}`;
  if (step.basic !== undefined) headers["authorization"] = `Basic ${Buffer.from(step.basic).toString("base64")}`;
  if (step.session) headers["cookie"] = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  if (step.csrf) headers["x-csrftoken"] = cookies.get("csrftoken") ?? "";
  const body = bodyOf(step, fill, headers, String(pageToken ?? cookies.get("csrftoken") ?? ""));
  return { method: step.method ?? (body === undefined ? "GET" : "POST"), headers, ...(body !== undefined && { body }) };
}

function bodyOf(
  step: Step,
  fill: (value: unknown) => unknown,
  headers: Record<string, string>,
  csrfToken: string,
): string | FormData | undefined {
  if (step.json !== undefined) {
    headers["content-type"] ??= "application/json";
    return JSON.stringify(fill(step.json));
  }
  if (step.form) {
    headers["content-type"] ??= "application/x-www-form-urlencoded";
    const form = new URLSearchParams(fill(step.form) as Record<string, string>);
    if (step.csrfForm) form.set("csrfmiddlewaretoken", csrfToken);
    return form.toString();
  }
  if (step.multipart) {
    const form = new FormData();
    for (const [name, value] of Object.entries(fill(step.multipart) as Record<string, string>))
      form.append(name, value);
    return form;
  }
  return step.raw === undefined ? undefined : String(fill(step.raw));
}

function answerOf(
  step: Step,
  response: Response,
  text: string,
  data: unknown,
  base: string,
  ids: readonly (readonly [string, unknown])[],
): Answer {
  const isHtml = /html/.test(response.headers.get("content-type") ?? "");
  const headers: Record<string, string | string[]> = {};
  for (const name of headerNames) {
    const value = response.headers.get(name);
    if (value === null || (name === "allow" && isHtml) || (name === "location" && step.noLocation)) continue;
    // The recordings leave out where a new row is.
    if (name === "location" && response.status < 300) continue;
    if (name === "content-type" && response.status >= 300 && response.status < 400) continue;
    headers[name] = headerOf(name, value, base);
  }
  return {
    status: response.status,
    headers,
    cookies: response.headers.getSetCookie().map(cookieFlags).sort(),
    ...(isHtml && { has: (step.has ?? []).filter((part) => text.includes(part)) }),
    ...(!isHtml && text !== "" && !step.anyBody && { body: reduced(data, base, ids) }),
  };
}

function headerOf(name: string, value: string, base: string): string | string[] {
  switch (name) {
    case "vary":
      return value.toLowerCase().split(/,\s*/).sort();
    case "allow":
      return value.split(/,\s*/).sort().join(", ");
    case "content-type":
      return /json/.test(value) ? value : (value.split(";")[0] ?? "").trim();
    case "retry-after":
      return "<seconds>";
    default:
      return value.replaceAll(base, "<base>");
  }
}

function filled(value: unknown, saved: Readonly<Record<string, unknown>>): unknown {
  if (typeof value === "string") {
    const whole = /^\$\{(\w+)\}$/.exec(value)?.[1];
    return whole === undefined ? value.replace(/\$\{(\w+)\}/g, (_, name: string) => String(saved[name])) : saved[whole];
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, saved));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, filled(item, saved)]));
}

function reduced(value: unknown, base: string, ids: readonly (readonly [string, unknown])[], key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => reduced(item, base, ids));
  if (typeof value === "object" && value !== null) {
    // The bounds of a column are the database's: the recordings leave them out.
    const isColumn = (key === "big_integer" || key === "positive") && "min_value" in value;
    const shown = isColumn ? { ...value, min_value: undefined, max_value: undefined } : value;
    return Object.fromEntries(Object.entries(shown).map(([name, item]) => [name, reduced(item, base, ids, name)]));
  }
  const known = key === "id" ? ids.find(([, id]) => id === value) : undefined;
  if (known) return `<${known[0]}>`;
  if (typeof value !== "string") return value;
  if (JWT.test(value)) return described(value);
  if (/^(created|updated)_at$/.test(key) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/.test(value))
    return "<datetime>";
  return value
    .replaceAll(base, "<base>")
    .replace(/cursor=[^&"]+/g, "cursor=<cursor>")
    .replace(/(Expected available in )\d+( seconds?)/, "$1<n>$2")
    .replace(/^(JSON parse error - |CSRF Failed: ).*$/s, "$1<why>");
}

/** A token as what can be said of it: algorithm, type, user, lifetime and the names of its claims. */
function described(token: string): string {
  const [header, claims] = token
    .split(".")
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()) as Json);
  const lives = Math.round((Number(claims?.["exp"]) - Number(claims?.["iat"])) / 5) * 5;
  const names = Object.keys(claims ?? {})
    .sort()
    .join();
  return `<jwt ${header?.["alg"]} ${claims?.["token_type"]} user=${claims?.["user_id"]} lives=${lives} claims=${names}>`;
}

/** Makes a token as nobody should: any claims, algorithm and key; times such as "-10" count from now. */
export function craft({ claims = {}, alg = "HS256", key }: Crafted, secret: string): string {
  const now = Math.floor(Date.now() / 1000);
  const all: Record<string, unknown> = {
    token_type: "access",
    exp: now + 300,
    iat: now,
    jti: "0123456789abcdef0123456789abcdef",
    user_id: 2,
    ...claims,
  };
  for (const [name, value] of Object.entries(all)) {
    if (value === null) delete all[name];
    else if (typeof value === "string" && /^[+-]\d+$/.test(value)) all[name] = now + Number(value);
  }
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
  const signed = `${encode({ alg, typ: "JWT" })}.${encode(all)}`;
  if (alg === "none") return `${signed}.`;
  return `${signed}.${createHmac(`sha${alg.slice(2)}`, key ?? secret)
    .update(signed)
    .digest("base64url")}`;
}

/** Parses JSON so that integers beyond 2^53 stay exact: they come out as the text "#digits". */
function parseExactly(text: string): unknown {
  return JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (part) =>
      !part.startsWith('"') && /^-?\d+$/.test(part) && !Number.isSafeInteger(Number(part)) ? `"#${part}"` : part,
    ),
  );
}

function cookieFlags(cookie: string): string {
  const [first = "", ...flags] = cookie.split(/;\s*/);
  const kept = flags.filter((flag) => !/^(expires|max-age)=/i.test(flag)).map((flag) => flag.toLowerCase());
  return [first.split("=")[0], ...kept.sort()].join("; ");
}

function at(path: string, data: unknown): unknown {
  return path.split(".").reduce<unknown>((value, name) => (value as Json | undefined)?.[name], data);
}
