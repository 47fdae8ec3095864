import {
  allowAny,
  application,
  basic,
  include,
  isAuthenticated,
  jwt,
  path,
  redirect,
  router,
  session,
  sessionRoutes,
  tokenBlacklist,
  tokenObtainPair,
  tokenRefresh,
  tokenVerify,
  User,
} from "drf-auth";
import { leftJoinView } from "./words/left-join.ts";
import { me } from "./words/me.ts";
import { Word, words } from "./words/words.ts";

export default application({
  settings: {
    user: User,
    title: "Thesaurus",
    authentication: [jwt(), session(), basic()],
    permissions: [isAuthenticated],
    tokens: { accessLifetimeSeconds: 300, refreshLifetimeSeconds: 86_400, rotate: true, blacklistAfterRotation: true },
  },
  models: [Word],
  routes: [
    path("", redirect("/api/v1/")),
    path("api/token/", tokenObtainPair()),
    path("api/token/refresh/", tokenRefresh()),
    path("api/token/verify/", tokenVerify()),
    path("api/token/blacklist/", tokenBlacklist()),
    include("api-auth/", sessionRoutes()),
    path("api/v1/me/", me),
    path("api/v1/left-join/", leftJoinView),
    include("api/v1/", router({ words }, { permissions: [allowAny] })),
  ],
});
