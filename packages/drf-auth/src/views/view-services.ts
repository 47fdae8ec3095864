import type { Kysely } from "kysely";
import type { Authenticator, AuthenticatorSetting, AuthServices } from "../auth/index.ts";
import type { Database } from "../database/index.ts";
import type { Addresses, AnonymousUser, ClientOf, Parser, Request, Response, User } from "../http/index.ts";
import type { SiteDescription, Link } from "../descriptions/index.ts";
import type { Model, ModelMeta, ModelRegistry, QuerySet, Tables } from "../models/index.ts";
import type { Permission, PermissionView, Throttle } from "../policies/index.ts";
import type { HitStore } from "../server/index.ts";
import type { Storage } from "../storage/index.ts";
import type { Versioning } from "./versioning.ts";
import type { Pages, Renderer } from "../renderers/index.ts";

/** What views are bound to once the application starts; the settings' values stand where a view says nothing. */
export interface ViewServices {
  /** The addresses of all routes, by name and back. */
  readonly addresses: Addresses;
  readonly auth: AuthServices;
  readonly authenticators: readonly Authenticator[];
  readonly authenticator: (setting: AuthenticatorSetting) => Authenticator;
  readonly clientOf: ClientOf;
  readonly database: Database;
  readonly exceptionHandler: ExceptionHandler | undefined;
  /** Whether what went wrong is shown to whoever asked. */
  readonly isDevelopment: boolean;
  readonly maxBodyBytes: number;
  readonly objects: Objects;
  /** The same, where the model is known by its meta. */
  readonly objectsOf: (meta: ModelMeta) => QuerySet<Model>;
  /** The address of a stored file by its name. */
  readonly fileUrl: (name: string) => string;
  /** Counts what throttles ask about, for all workers. */
  readonly hits: HitStore;
  readonly pages: Pages;
  readonly parsers: readonly Parser[];
  readonly permissions: readonly Permission[];
  readonly permissionsOfUser: PermissionView["permissionsOfUser"];
  readonly registry: ModelRegistry;
  readonly renderers: readonly Renderer[];
  readonly site: Site;
  /** Keeps uploaded files. */
  readonly storage: Storage;
  /** The address of a static file by its name. */
  readonly staticUrl: (name: string) => string;
  /** Asked of a view that says nothing of its own. */
  readonly throttles: readonly Throttle[];
  readonly versioning: Versioning | undefined;
}

/** What pages know of the application around them. */
export interface Site {
  /** What stands on every page, for this request. */
  describe(request: Request): SiteDescription;
  /** The pages above an address and itself, from the root. */
  breadcrumbs(path: string): readonly Link[];
}

/** Replaces the answer to an error; with undefined it stays as it is. As DRF's EXCEPTION_HANDLER. */
export type ExceptionHandler = (
  error: unknown,
  context: { readonly request: Request; readonly response: Response },
) => Response | undefined | Promise<Response | undefined>;

/** The rows of a model, as Django's `objects`; `objects.kysely({ books_book: Book })` for what query sets cannot say. */
export interface Objects {
  <M extends Model>(model: M): QuerySet<M>;
  /** Kysely over the tables of some models, each by the name of its table; values are as the database keeps them. */
  kysely<const Models extends Readonly<Record<string, Model>>>(models: Models): Kysely<Tables<Models>>;
}

/** What permissions may depend on: in a view set the action, such as `list`, `create` or `metadata` (OPTIONS). */
export interface PermissionContext {
  readonly action: string | undefined;
  readonly user: User | AnonymousUser;
  readonly request: Request;
}

/** What a view may say of its own, instead of what the settings say. */
export interface PolicyOptions<Object = unknown> {
  /** Who may call. Default: the settings' authenticators. */
  readonly authentication?: readonly AuthenticatorSetting[];
  /** A list, or a function that gives one. Default: the settings' permissions. */
  readonly permissions?:
    | readonly Permission<Object>[]
    | ((context: PermissionContext) => readonly Permission<Object>[]);
  readonly throttles?: readonly Throttle[];
}
