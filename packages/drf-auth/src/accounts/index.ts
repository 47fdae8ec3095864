export { obtainAuthToken } from "./auth-token-view.ts";
export { sessionRoutes } from "./session-views.ts";
export { tokenBlacklist, tokenObtainPair, tokenRefresh, tokenVerify } from "./token-views.ts";
