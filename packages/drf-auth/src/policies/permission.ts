import type { Request, UserKey } from "../http/index.ts";
import type { ModelMeta } from "../models/index.ts";

/** What a permission may know of the view that it guards; the same for every request. */
export interface PermissionView {
  /** The model of a view set; undefined elsewhere. */
  readonly model: ModelMeta | undefined;
  /** The names of what a user may do, such as `words.add_word`: the user's own and those of the user's groups. */
  readonly permissionsOfUser: (userId: UserKey) => Promise<ReadonlySet<string>>;
}

/** May this request go on? As DRF's permission classes; a check that is absent allows. */
export interface Permission<Object = unknown> {
  /** What `drf-auth routes` calls it. */
  readonly name: string;
  /** Asked before the view does anything. */
  readonly hasPermission?: (request: Request, view: PermissionView) => boolean | Promise<boolean>;
  /** Asked of the one object that the view is about. */
  readonly hasObjectPermission?: (request: Request, object: Object, view: PermissionView) => boolean | Promise<boolean>;
  /** What a refused user is told. Default: DRF's sentence. */
  readonly message?: string;
  /** Whether it lets nobody through who is not logged in: then types know that there is a user. */
  readonly isForUsersOnly?: boolean;
}

/** A permission behind which there is always a user. */
export interface UserPermission extends Permission {
  readonly isForUsersOnly: true;
}

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Tells whether a method only reads (RFC 9110 §9.2.1), as DRF's SAFE_METHODS. */
export function isSafe(request: Request): boolean {
  return safeMethods.has(request.method);
}

/** Everyone, logged in or not. */
export const allowAny: Permission = Object.freeze({ name: "AllowAny" });

/** Whoever is logged in. */
export const isAuthenticated: UserPermission = Object.freeze({
  name: "IsAuthenticated",
  isForUsersOnly: true,
  hasPermission: (request: Request) => request.user.isAuthenticated,
});

/** Staff: users with `is_staff`. */
export const isAdminUser: UserPermission = Object.freeze({
  name: "IsAdminUser",
  isForUsersOnly: true,
  hasPermission: (request: Request) => request.user.is_staff,
});

/** Everyone reads; whoever is logged in changes. */
export const isAuthenticatedOrReadOnly: Permission = Object.freeze({
  name: "IsAuthenticatedOrReadOnly",
  hasPermission: (request: Request) => isSafe(request) || request.user.isAuthenticated,
});

/** Everyone reads an object; only the user that its relation `name` leads to changes it. */
export function isOwnerOrReadOnly<const Name extends string>(
  name: Name,
): Permission<{ readonly [Column in `${Name}_id`]: number | string | null }> {
  return Object.freeze({
    name: "IsOwnerOrReadOnly",
    hasObjectPermission: (request: Request, object: { readonly [Column in `${Name}_id`]: number | string | null }) =>
      isSafe(request) || (request.user.isAuthenticated && object[`${name}_id`] === request.user.id),
  });
}
