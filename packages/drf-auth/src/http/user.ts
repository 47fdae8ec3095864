/**
 * What types cannot know of a project's user model. Where its key is text, say so:
 * `declare module "drf-auth" { interface UserTypes { readonly id: string } }`.
 */
export interface UserTypes {}

/** A user's id, the primary key of the user model: a number unless `UserTypes` says otherwise. */
export type UserKey = UserTypes extends { readonly id: infer Key extends number | string } ? Key : number;

/** Who calls, once their credentials were accepted; a project's own user model adds its fields. */
export interface User {
  readonly isAuthenticated: true;
  readonly id: UserKey;
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
