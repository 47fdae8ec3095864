export { tokenBlacklist, tokenObtainPair, tokenRefresh, tokenVerify } from "./token-views.ts";
