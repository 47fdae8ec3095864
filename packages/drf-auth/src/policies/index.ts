export { StoredHits } from "./stored-hits.ts";
export { checkObjectPermissions, checkPermissions } from "./check-permissions.ts";
export { checkThrottles } from "./check-throttles.ts";
export { and, not, or } from "./composed.ts";
export {
  djangoModelPermissions,
  djangoModelPermissionsOrAnonReadOnly,
  djangoObjectPermissions,
  type ObjectPermissionsOptions,
} from "./model-permissions.ts";
export {
  allowAny,
  isAdminUser,
  isAuthenticated,
  isAuthenticatedOrReadOnly,
  isOwnerOrReadOnly,
  isSafe,
  type Permission,
  type PermissionView,
  type UserPermission,
} from "./permission.ts";
export { anonThrottle, scopedThrottle, type Throttle, userThrottle } from "./throttle.ts";
