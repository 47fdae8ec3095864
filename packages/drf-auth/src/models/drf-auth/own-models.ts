import type { Model } from "../model.ts";
import { LoginAttempt } from "./login-attempt.ts";
import { ThrottleHits } from "./throttle-hits.ts";

/** The app label of the framework's own tables. */
export const ownAppLabel = "drf_auth";

/** The models of the framework's own tables, which a Django on the same database does not know. */
export const ownModels: readonly Model[] = Object.freeze([LoginAttempt, ThrottleHits]);
