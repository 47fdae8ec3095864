import type { Authenticator, AuthenticatorSetting, AuthServices } from "../auth/index.ts";
import type { Database } from "../database/index.ts";
import type { Parser } from "../http/index.ts";
import type { Model, ModelMeta, ModelRegistry, QuerySet } from "../models/index.ts";
import type { Permission, Throttle } from "../policies/index.ts";
import type { Renderer } from "../renderers/index.ts";

/** What views are bound to once the application starts; the settings' values stand where a view says nothing. */
export interface ViewServices {
  readonly auth: AuthServices;
  readonly authenticators: readonly Authenticator[];
  readonly authenticator: (setting: AuthenticatorSetting) => Authenticator;
  readonly database: Database;
  readonly maxBodyBytes: number;
  readonly objects: Objects;
  /** The same, where the model is known by its meta. */
  readonly objectsOf: (meta: ModelMeta) => QuerySet<Model>;
  readonly parsers: readonly Parser[];
  readonly permissions: readonly Permission[];
  readonly registry: ModelRegistry;
  readonly renderers: readonly Renderer[];
}

/** The rows of a model, as Django's `objects`. */
export type Objects = <M extends Model>(model: M) => QuerySet<M>;

/** What a view may say of its own, instead of what the settings say. */
export interface PolicyOptions<Object = unknown> {
  /** Who may call. Default: the settings' authenticators. */
  readonly authentication?: readonly AuthenticatorSetting[];
  /** Default: the settings' permissions. */
  readonly permissions?: readonly Permission<Object>[];
  readonly throttles?: readonly Throttle[];
}
