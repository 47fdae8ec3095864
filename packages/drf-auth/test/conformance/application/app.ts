import {
  allowAny,
  apiView,
  application,
  basic,
  charField,
  dictField,
  handler,
  include,
  isAuthenticated,
  jwt,
  leftJoin,
  path,
  router,
  serializer,
  session,
  sessionRoutes,
  tokenBlacklist,
  tokenObtainPair,
  tokenObtainSliding,
  tokenRefresh,
  tokenRefreshSliding,
  tokenVerify,
  view,
} from "../../../src/index.ts";
import { Event, events } from "./events.ts";
import { ping } from "./ping.ts";
import { Sample, samples } from "./samples.ts";
import { Tag, tags } from "./tags.ts";
import { Word, words } from "./words.ts";

const me = apiView(["GET"], ({ user }) => ({ id: user.id, username: user.username, email: user.email }), {
  name: "Me",
});

const TwoMaps = serializer({
  left: dictField({ child: charField() }),
  right: dictField({ child: charField() }),
});

const leftJoinView = view({
  name: "Left Join",
  description: "Left-joins two maps: every key of the left, its value, and the right's value or null.",
  permissions: [allowAny],
  post: handler(TwoMaps, ({ validatedData: { left, right } }) => leftJoin(left, right)),
});

/** The application whose answers were recorded from Django, DRF and SimpleJWT: what of it exists so far. */
export default application({
  settings: {
    authentication: [jwt(), session(), basic()],
    permissions: [isAuthenticated],
    database: { sharedWithDjango: process.env["KEEP_DATABASE"] === "1" },
  },
  models: [Tag, Word, Event, Sample],
  routes: [
    path("api/token/", tokenObtainPair()),
    path("api/token/refresh/", tokenRefresh()),
    path("api/token/verify/", tokenVerify()),
    path("api/token/blacklist/", tokenBlacklist()),
    path("api/token/sliding/", tokenObtainSliding()),
    path("api/token/sliding/refresh/", tokenRefreshSliding()),
    include("api-auth/", sessionRoutes()),
    path("api/v1/me/", me),
    path("api/v1/ping/", ping),
    path("api/v1/left-join/", leftJoinView),
    include("api/v1/", router({ words, samples, tags, events })),
  ],
});
