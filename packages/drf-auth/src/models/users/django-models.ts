import type { Model } from "../model.ts";
import { permissionModels, userJoins } from "./permissions.ts";
import { BlacklistedToken, OutstandingToken } from "./refresh-token.ts";
import { Session } from "./session.ts";
import type { UserModel } from "./user.ts";

/** The models of Django's own applications and of SimpleJWT's blacklist, in the order in which they refer to each other. */
export function djangoModels(user: UserModel): readonly Model[] {
  return [...permissionModels, user, ...userJoins(user), Session, OutstandingToken, BlacklistedToken];
}
