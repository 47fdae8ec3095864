export { checkObjectPermissions, checkPermissions } from "./check-permissions.ts";
export { checkThrottles } from "./check-throttles.ts";
export {
  allowAny,
  isAdminUser,
  isAuthenticated,
  isAuthenticatedOrReadOnly,
  isOwnerOrReadOnly,
  isSafe,
  type Permission,
  type UserPermission,
} from "./permission.ts";
export type { Throttle } from "./throttle.ts";
