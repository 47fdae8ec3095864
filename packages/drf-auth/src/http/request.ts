import type { IncomingMessage } from "node:http";
import { hasBody, readBody } from "./body.ts";
import { type Client, type ClientOf, directClient } from "./client.ts";
import { type CookieOptions, formatCookie, parseCookies } from "./cookies.ts";
import { Form } from "./form.ts";
import { type Parser, parserFor } from "./parser.ts";
import { Query } from "./query.ts";
import { ReceivedFiles } from "./received-files.ts";
import { type AnonymousUser, anonymousUser, type User } from "./user.ts";

/** What a step of a view may write down about a request, at the level of its importance. */
export interface RequestLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** The addresses of an application's routes, by name and back. */
export interface Addresses {
  /** The path of a route with its parts filled in; undefined where there is no such route. */
  readonly pathOf: (name: string, params: Readonly<Record<string, string>>) => string | undefined;
  /** The route that answers at a path. */
  readonly routeAt: (path: string) => NamedRoute | undefined;
}

/** A route as an address names it. */
export interface NamedRoute {
  readonly name: string | undefined;
  readonly params: Readonly<Record<string, string>>;
}

export interface RequestOptions {
  readonly addresses?: Addresses;
  readonly id: string;
  readonly log: RequestLog;
  readonly params: Readonly<Record<string, string>>;
  readonly parsers: readonly Parser[];
  /** How large a body may be, in bytes. */
  readonly maxBodyBytes: number;
  /** Tells who a request came from. Default: whoever is connected. */
  readonly clientOf?: ClientOf;
  /** The format that the end of the path names, as in `words.json`. */
  readonly format?: string | undefined;
  /** Gives the address of a stored file by its name. Default: there are none. */
  readonly fileUrl?: (name: string) => string;
  /** Gives the address of a static file. Default: there are none. */
  readonly staticUrl?: (name: string) => string;
  /** The method, where it is not the one that was sent: what OPTIONS asks about. */
  readonly method?: string;
}

/** A request as views see it: who calls, what they send, where. */
export class Request {
  readonly raw: IncomingMessage;
  readonly id: string;
  readonly log: RequestLog;
  readonly method: string;
  /** The named parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly path: string;
  readonly query: Query;
  /** Who calls; anonymous until the view's authenticators have looked. */
  user: User | AnonymousUser = anonymousUser;
  /** The version of the API that is asked for, where there are several. */
  version: string | undefined;
  /** What the authenticator made of the credentials: the claims of a token, or null. */
  auth: unknown = null;
  /** The format that the end of the path names, as in `words.json`. */
  readonly format: string | undefined;
  readonly #options: RequestOptions;
  #client: Client | undefined;
  #cookies: ReadonlyMap<string, string> | undefined;
  #cookiesToSet: Map<string, string> | undefined;
  #data: Promise<unknown> | undefined;
  #files: ReceivedFiles | undefined;

  constructor(raw: IncomingMessage, options: RequestOptions) {
    this.raw = raw;
    this.id = options.id;
    this.log = options.log;
    this.params = options.params;
    this.format = options.format;
    this.method = options.method ?? raw.method ?? "GET";
    this.#options = options;
    const url = originForm(raw.url ?? "/");
    const mark = url.indexOf("?");
    this.path = mark === -1 ? url : url.slice(0, mark);
    this.query = mark === -1 ? noQuery : new Query(url.slice(mark + 1));
  }

  /** A header by its name in lower case. */
  header(name: string): string | undefined {
    const value = this.raw.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  /** The scheme and host under which the client knows this server. */
  get origin(): string {
    const { host, isSecure } = this.client;
    return `${isSecure ? "https" : "http"}://${host}`;
  }

  /** Who the request came from, and how. */
  get client(): Client {
    this.#client ??= (this.#options.clientOf ?? directClient)(this.raw);
    return this.#client;
  }

  /** A cookie that came with the request. */
  cookie(name: string): string | undefined {
    this.#cookies ??= parseCookies(this.raw.headers.cookie);
    return this.#cookies.get(name);
  }

  /** Sets a cookie with the answer, whatever the answer is; Secure exactly when the client came by HTTPS. */
  setCookie(name: string, value: string, options: Omit<CookieOptions, "isSecure"> = {}): void {
    this.#cookiesToSet ??= new Map();
    this.#cookiesToSet.set(name, formatCookie(name, value, { ...options, isSecure: this.client.isSecure }));
  }

  /** The Set-Cookie headers of the answer; undefined where there are none. */
  get cookiesToSet(): readonly string[] | undefined {
    return this.#cookiesToSet && [...this.#cookiesToSet.values()];
  }

  /**
   * The address of a collected file by its name, such as `css/app.css`, as Django's `static`: in production with the
   * hash of its content, so that browsers may keep it. A name that was not collected gives its plain address.
   */
  staticUrl(name: string): string {
    return this.#options.staticUrl?.(name) ?? name;
  }

  /** The whole address of a stored file by its name, as Django's `build_absolute_uri(file.url)`. */
  fileUrl(name: string): string {
    const url = this.#options.fileUrl?.(name) ?? name;
    return url.startsWith("/") ? this.origin + url : url;
  }

  /** Removes the files that came with it and were not stored: they lie on the disk until it is answered. */
  discardFiles(): Promise<void> | undefined {
    return this.#files?.discard();
  }

  /**
   * The address of a route by its name, such as `word-detail`, as Django's `reverse`; the parts that this request's own
   * path has, such as a version, stay as they are.
   *
   * @throws {TypeError} when no route has that name, or a part of its path is missing.
   */
  urlOf(name: string, params: Readonly<Record<string, number | string>> = {}): string {
    const texts = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)]));
    const path = this.#options.addresses?.pathOf(name, { ...this.params, ...texts });
    if (path === undefined) throw new TypeError(`No route is named "${name}", or a part of its path is missing.`);
    return this.origin + path;
  }

  /** The route that answers at an address of this site, whatever its host. */
  routeAt(url: string): NamedRoute | undefined {
    const path = /^https?:/.test(url) ? url.replace(/^https?:\/*[^/?#]*/, "") : url;
    return this.#options.addresses?.routeAt(path.replace(/[?#].*$/s, ""));
  }

  /** The same request, by the same user, as if another method had been sent. */
  withMethod(method: string): Request {
    const other = new Request(this.raw, { ...this.#options, method });
    other.user = this.user;
    other.auth = this.auth;
    other.version = this.version;
    return other;
  }

  /**
   * The body as the view's parsers read it: JSON as it stands, or a Form; an empty form where nothing was sent.
   *
   * @throws {ParseError | UnsupportedMediaType | ContentTooLarge}
   */
  data(): Promise<unknown> {
    // Kept as a promise: who asks again is told again what was wrong.
    this.#data ??= this.#parse();
    return this.#data;
  }

  async #parse(): Promise<unknown> {
    if (!hasBody(this.raw)) return new Form();
    const { parser, mediaType } = parserFor(this.#options.parsers, this.raw.headers["content-type"] ?? "");
    if ("read" in parser) {
      this.#files = new ReceivedFiles();
      return parser.read(this.raw, mediaType, this.#files);
    }
    const body = await readBody(this.raw, this.#options.maxBodyBytes);
    return body.length === 0 ? new Form() : parser.parse(body, mediaType);
  }
}

const noQuery = new Query("");

/** The path and query of a target that names its scheme and host too (RFC 9112 §3.2.2). */
function originForm(target: string): string {
  if (target.startsWith("/")) return target;
  const path = /^[a-z]+:\/\/[^/?#]*(.*)$/is.exec(target)?.[1];
  return path?.startsWith("/") ? path : `/${path ?? ""}`;
}
