import { NotAuthenticated, PermissionDenied } from "../errors.ts";
import type { Request } from "../http/index.ts";
import type { Permission, PermissionView } from "./permission.ts";

/** Asks every permission of a view; whoever is not logged in is asked to be, before being told what they may not. */
export function checkPermissions(
  request: Request,
  permissions: readonly Permission[],
  hasAuthenticators: boolean,
  view: PermissionView,
): void | Promise<void> {
  for (let index = 0; index < permissions.length; index += 1) {
    const permission = permissions[index] as Permission;
    if (!permission.hasPermission) continue;
    const isAllowed = permission.hasPermission(request, view);
    if (isAllowed === true) continue;
    if (!isAllowed) throw refusal(request, permission, hasAuthenticators);
    // Whatever is neither may be a promise of another library's, which `instanceof` does not know and is no yes.
    return checkRest(request, isAllowed, permissions, index, hasAuthenticators, view);
  }
}

/** Asks every permission of a view about one object. */
export async function checkObjectPermissions(
  request: Request,
  permissions: readonly Permission[],
  object: unknown,
  hasAuthenticators: boolean,
  view: PermissionView,
): Promise<void> {
  for (const permission of permissions) {
    if (permission.hasObjectPermission && !(await permission.hasObjectPermission(request, object, view))) {
      throw refusal(request, permission, hasAuthenticators);
    }
  }
}

async function checkRest(
  request: Request,
  pending: Promise<boolean>,
  permissions: readonly Permission[],
  index: number,
  hasAuthenticators: boolean,
  view: PermissionView,
): Promise<void> {
  if (!(await pending)) throw refusal(request, permissions[index] as Permission, hasAuthenticators);
  await checkPermissions(request, permissions.slice(index + 1), hasAuthenticators, view);
}

function refusal(request: Request, permission: Permission, hasAuthenticators: boolean): Error {
  if (hasAuthenticators && !request.user.isAuthenticated) return new NotAuthenticated();
  return new PermissionDenied(permission.message);
}
