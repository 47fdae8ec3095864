import { type Environment, nearest } from "../settings.ts";

/** The variables that drf-auth reads; docs/reference/environment.md says what each is. */
export const variables: readonly string[] = [
  "ACCESS_LOG",
  "ALLOWED_HOSTS",
  "CORS_ORIGINS",
  "CSRF_TRUSTED_ORIGINS",
  "DATABASE_PASSWORD_FILE",
  "DATABASE_URL",
  "DATABASE_WAIT_SECONDS",
  "DRAIN_SECONDS",
  "DRF_AUTH_APP",
  "DRF_AUTH_MODE",
  "DRF_AUTH_PASSWORD",
  "DRF_AUTH_SUPERUSER_EMAIL",
  "DRF_AUTH_SUPERUSER_PASSWORD",
  "DRF_AUTH_SUPERUSER_USERNAME",
  "HOST",
  "KEEP_ALIVE_SECONDS",
  "LOG_LEVEL",
  "MIGRATION_DATABASE_URL",
  "PORT",
  "SECRET_KEY",
  "SECRET_KEY_FILE",
  "TRUSTED_PROXIES",
  "UPLOADS_FOLDER",
  "WORKERS",
];

/** Shorter names are near to too many. */
const shortestGuess = 8;
const mostChanges = 2;

/** Finds variables that are set and are nearly, but not quite, one of ours. */
export function misspelt(environment: Environment): readonly { readonly name: string; readonly guess: string }[] {
  return Object.keys(environment).flatMap((name) => {
    const guess = name.length < shortestGuess ? undefined : nearest(name, variables, mostChanges);
    return guess === undefined || guess === name ? [] : [{ name, guess }];
  });
}
