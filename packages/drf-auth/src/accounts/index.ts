export { obtainAuthToken } from "./auth-token-view.ts";
export { sessionRoutes } from "./session-views.ts";
export {
  tokenBlacklist,
  tokenObtainPair,
  tokenObtainSliding,
  tokenRefresh,
  tokenRefreshSliding,
  tokenVerify,
} from "./token-views.ts";
