import type { Authenticator } from "../auth/index.ts";
import type { FieldDescription, Link } from "../descriptions/index.ts";
import { NotAcceptable, NotFound } from "../errors.ts";
import { type Accepted, negotiator, type Request } from "../http/index.ts";
import type { ModelMeta } from "../models/index.ts";
import type { Permission, PermissionView, Throttle } from "../policies/index.ts";
import type { Renderer } from "../renderers/index.ts";
import type { Versioning } from "./versioning.ts";
import type { PolicyOptions, ViewServices } from "./view-services.ts";

/** One method of a view, ready to be called. */
export interface BoundMethod {
  /** Gives the data of the answer, or a Response. */
  readonly run: (request: Request) => unknown;
  /** What a view set calls it, such as `list`: what permissions by action are asked with. */
  readonly action?: string;
  /** What it takes, for OPTIONS. */
  readonly fields?: readonly FieldDescription[];
  /** What a form for it asks, where that is something else. */
  readonly formFields?: readonly FieldDescription[];
  /** Whether this user may call it on this address, beyond the view's permissions: raises or resolves. */
  readonly checkObject?: (request: Request) => Promise<void>;
}

/** A view, ready to answer: all that can be decided at start is decided. */
export interface BoundView {
  readonly name: string;
  readonly description: string;
  readonly authenticators: readonly Authenticator[];
  /** What this request must be allowed by. */
  readonly permissionsOf: (request: Request) => readonly Permission[];
  readonly permissionView: PermissionView;
  readonly throttles: readonly Throttle[];
  readonly methods: ReadonlyMap<string, BoundMethod>;
  /** What WWW-Authenticate asks for; without one a refusal is 403. */
  readonly challenge: string | undefined;
  readonly versioning: Versioning | undefined;
  /** Whether what is read has an entity tag. */
  readonly isConditional: boolean;
  readonly negotiate: (request: Request) => Accepted<Renderer>;
  readonly services: ViewServices;
  /** The headers of every answer, by renderer. */
  readonly headers: ReadonlyMap<Renderer, Readonly<Record<string, string>>>;
  readonly plainHeaders: Readonly<Record<string, string>>;
  /** Further actions beside it, as addresses relative to its own. */
  readonly actionLinks: readonly Link[];
}

export interface BoundViewOptions extends PolicyOptions {
  readonly name: string;
  readonly description: string;
  /** In the order in which Allow names them. */
  readonly methods: ReadonlyMap<string, BoundMethod>;
  readonly challenge?: string;
  /** The model that it is about. */
  readonly model?: ModelMeta;
  readonly actionLinks?: readonly Link[];
  readonly isConditional?: boolean;
  /** What makes the text of its answers. Default: the application's renderers. */
  readonly renderers?: readonly Renderer[];
}

const securityHeaders = Object.freeze({
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
});

const methodOrder = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/** Binds what a view declares to what the application has. */
export function bindView(services: ViewServices, options: BoundViewOptions): BoundView {
  const authenticators = options.authentication?.map(services.authenticator) ?? services.authenticators;
  const allowed = methodOrder.filter((method) => method === "OPTIONS" || options.methods.has(method));
  const plainHeaders = Object.freeze({
    Allow: allowed.join(", "),
    // Any view may be asked by a session: what a cache keeps for one caller is never another's.
    Vary: "Accept, Cookie",
    ...securityHeaders,
  });
  const renderers = options.renderers ?? services.renderers;
  const headersOf = ({ contentType, headers }: Renderer) =>
    Object.freeze({ ...plainHeaders, ...headers, "Content-Type": contentType });
  return Object.freeze({
    name: options.name,
    description: options.description,
    authenticators,
    permissionsOf: permissionsBy(options.permissions ?? services.permissions, ({ method }) =>
      method === "OPTIONS" ? "metadata" : options.methods.get(method)?.action,
    ),
    permissionView: permissionViewOf(services, options.model),
    throttles: options.throttles ?? services.throttles,
    methods: options.methods,
    challenge: options.challenge ?? authenticators[0]?.challenge,
    versioning: services.versioning,
    isConditional: options.isConditional ?? false,
    negotiate: negotiation(renderers),
    services,
    headers: new Map(renderers.map((renderer) => [renderer, headersOf(renderer)])),
    plainHeaders,
    actionLinks: options.actionLinks ?? [],
  });
}

/** What permissions may know of a view. */
export function permissionViewOf({ permissionsOfUser }: ViewServices, model: ModelMeta | undefined): PermissionView {
  return Object.freeze({ model, permissionsOfUser });
}

/** Permissions as a function of the request, whichever way they were declared. */
export function permissionsBy(
  permissions: NonNullable<PolicyOptions["permissions"]>,
  actionOf: (request: Request) => string | undefined,
): BoundView["permissionsOf"] {
  if (typeof permissions !== "function") return () => permissions;
  return (request) => permissions({ action: actionOf(request), user: request.user, request });
}

/** Chooses the renderer: the path's ending or `?format=` leaves those of that format, Accept chooses among them. */
function negotiation(renderers: readonly Renderer[]): (request: Request) => Accepted<Renderer> {
  const choose = negotiator(renderers);
  const chooseByFormat = new Map(renderers.map((one) => [one.format, negotiator([one])]));
  return (request) => {
    const format = request.format ?? request.query.get("format");
    const chooser = format ? chooseByFormat.get(format) : choose;
    if (!chooser) throw new NotFound();
    const accepted = chooser(request.header("accept"));
    if (accepted) return accepted;
    throw new NotAcceptable();
  };
}
