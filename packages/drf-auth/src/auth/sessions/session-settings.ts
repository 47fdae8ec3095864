/** How sessions are kept; Django's settings of the same meaning are in parentheses. */
export interface SessionSettings {
  /** How long a session lasts, in seconds (SESSION_COOKIE_AGE). */
  readonly ageSeconds: number;
  /** The name of its cookie (SESSION_COOKIE_NAME). */
  readonly cookieName: string;
  /** Where a login leads that does not say where to (LOGIN_REDIRECT_URL). */
  readonly loginRedirectUrl: string;
}

export const sessionDefaults: SessionSettings = Object.freeze({
  ageSeconds: 1_209_600,
  cookieName: "sessionid",
  loginRedirectUrl: "/",
});
