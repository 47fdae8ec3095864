/** Who calls, once their credentials were accepted; a project's own user model adds its fields. */
export interface User {
  readonly isAuthenticated: true;
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly is_active: boolean;
  readonly is_staff: boolean;
  readonly is_superuser: boolean;
  readonly [field: string]: unknown;
}

/** Who calls without credentials, as Django's AnonymousUser. */
export interface AnonymousUser {
  readonly isAuthenticated: false;
  readonly id: null;
  readonly username: "";
  readonly email: "";
  readonly is_active: false;
  readonly is_staff: false;
  readonly is_superuser: false;
}

export const anonymousUser: AnonymousUser = Object.freeze({
  isAuthenticated: false,
  id: null,
  username: "",
  email: "",
  is_active: false,
  is_staff: false,
  is_superuser: false,
});
