import { ImproperlyConfigured, MethodNotAllowed, NotFound } from "../errors.ts";
import type { Request } from "../http/index.ts";
import { isSafe, type Permission, type PermissionView, type UserPermission } from "./permission.ts";

const verbs: Readonly<Record<string, string | undefined>> = Object.freeze({
  POST: "add",
  PUT: "change",
  PATCH: "change",
  DELETE: "delete",
});

/** Whoever is logged in reads; who has Django's permission for it adds, changes or deletes: as DjangoModelPermissions. */
export const djangoModelPermissions: UserPermission = Object.freeze({
  name: "DjangoModelPermissions",
  isForUsersOnly: true,
  hasPermission: (request: Request, view: PermissionView) => request.user.isAuthenticated && mayDo(request, view),
});

/** Everyone reads; the rest is as `djangoModelPermissions`: as DjangoModelPermissionsOrAnonReadOnly. */
export const djangoModelPermissionsOrAnonReadOnly: Permission = Object.freeze({
  name: "DjangoModelPermissionsOrAnonReadOnly",
  hasPermission: mayDo,
});

export interface ObjectPermissionsOptions<Object> {
  /** Tells whether a user has a permission, such as `words.change_word`, on one object. */
  readonly has: (request: Request, permission: string, object: Object) => boolean | Promise<boolean>;
}

/**
 * Asks for a permission on each object besides, as DjangoObjectPermissions. Django itself keeps none on objects: `has`
 * says who has it. Who may not even see an object (`view`) is told that there is none.
 */
export function djangoObjectPermissions<Object>({ has }: ObjectPermissionsOptions<Object>): Permission<Object> & {
  readonly isForUsersOnly: true;
} {
  return Object.freeze({
    ...(djangoModelPermissions as Permission<Object>),
    name: "DjangoObjectPermissions",
    isForUsersOnly: true as const,
    hasObjectPermission: async (request: Request, object: Object, view: PermissionView) => {
      const verb = verbOf(request);
      const may = (what: string) => has(request, permissionName(view, what), object);
      if (await may("view")) return verb === undefined || may(verb);
      throw new NotFound();
    },
  });
}

function mayDo(request: Request, view: PermissionView): boolean | Promise<boolean> {
  const verb = verbOf(request);
  if (verb === undefined) return true;
  const { user } = request;
  if (!user.isAuthenticated || !user.is_active) return false;
  if (user.is_superuser) return true;
  const name = permissionName(view, verb);
  return view.permissionsOfUser(user.id).then((names) => names.has(name));
}

function verbOf(request: Request): string | undefined {
  if (isSafe(request)) return undefined;
  const verb = verbs[request.method];
  if (verb === undefined) throw new MethodNotAllowed(request.method);
  return verb;
}

function permissionName({ model }: PermissionView, verb: string): string {
  if (model) return `${model.appLabel}.${verb}_${model.modelName}`;
  throw new ImproperlyConfigured("Django's model permissions guard view sets: this view has no model.");
}
