import type { Field } from "../fields/field.ts";
import { field } from "../fields/field-makers.ts";
import { type Fields, model, type Model, type ModelOptions } from "../model.ts";
import { ImproperlyConfigured } from "../../errors.ts";

/** What every user logs in with, as Django's AbstractBaseUser. */
const login = {
  password: field.char({ maxLength: 128 }),
  last_login: field.dateTime({ null: true, blank: true, verboseName: "last login" }),
};

/** What is in the user's own table of Django's PermissionsMixin. */
const permission = { is_superuser: field.boolean({ default: false, verboseName: "superuser status" }) };

/** What Django's AbstractUser has besides, but for names. */
const standing = {
  is_staff: field.boolean({ default: false, verboseName: "staff status" }),
  is_active: field.boolean({ default: true, verboseName: "active" }),
  date_joined: field.dateTime({ default: "now", blank: true, verboseName: "date joined" }),
};

type BroughtName = keyof typeof login | keyof typeof permission | keyof typeof standing;

export interface UserModelOptions<
  FieldName extends string,
  HasPermissions extends boolean = boolean,
  HasStanding extends boolean = boolean,
> extends Omit<ModelOptions<BroughtName | FieldName>, "isJoin"> {
  /** The field by which a user is found at login; it must be unique. */
  readonly usernameField: FieldName;
  /** What `createsuperuser` asks for besides it and the password. Default: none. */
  readonly requiredFields?: readonly FieldName[];
  /** Whether users have `is_superuser`, groups and permissions, as with Django's PermissionsMixin. Default true. */
  readonly hasPermissions?: HasPermissions;
  /** Whether users have `is_staff`, `is_active` and `date_joined`, as Django's AbstractUser. Default true. */
  readonly hasStanding?: HasStanding;
}

/** A model whose rows are users. */
export interface UserModel<Name extends string = string, F extends Fields = Fields> extends Model<Name, F> {
  readonly usernameField: string;
  readonly requiredFields: readonly string[];
  /** Whether tables join it to groups and permissions. */
  readonly hasPermissions: boolean;
}

/** Fields that are there unless it is said that they are not, or the project has its own of that name. */
type Brought<Own, Has extends boolean, F> = Has extends false ? unknown : Omit<Own, keyof F>;

/** The fields of a user model: the project's and those that it brings. */
type UserFields<F extends Fields, HasPermissions extends boolean, HasStanding extends boolean> = Brought<
  typeof login,
  true,
  F
> &
  Brought<typeof permission, HasPermissions, F> &
  F &
  Brought<typeof standing, HasStanding, F>;

/**
 * Declares the project's own user model: your fields, and those that users have (password, last_login, is_superuser,
 * is_staff, is_active, date_joined), as Django's AbstractUser; or fewer of them, as its AbstractBaseUser with
 * PermissionsMixin or without. A field of your own replaces one of the same name.
 *
 * @throws {ImproperlyConfigured} when two users could log in with the same name.
 */
export function userModel<
  const Name extends `${string}.${string}`,
  F extends Fields,
  HasPermissions extends boolean = true,
  HasStanding extends boolean = true,
>(
  name: Name,
  fields: F,
  options: UserModelOptions<Extract<keyof F, string>, HasPermissions, HasStanding>,
): UserModel<Name, UserFields<F, HasPermissions, HasStanding>> {
  const { usernameField, requiredFields = [], hasPermissions = true, hasStanding = true, ...others } = options;
  const given = descriptors(fields);
  // Given twice: the first time for the order of the columns, the second so that a field of your own wins.
  const all: Fields = Object.defineProperties(
    {},
    {
      ...descriptors(login),
      ...(hasPermissions && descriptors(permission)),
      ...given,
      ...(hasStanding && descriptors(standing)),
      ...given,
    },
  );
  const own = model(name, all, others as ModelOptions) as Model<Name, UserFields<F, HasPermissions, HasStanding>>;
  if (!Object.hasOwn(fields, usernameField)) {
    throw new ImproperlyConfigured(`userModel("${name}"): usernameField "${usernameField}" is none of its fields.`);
  }
  const username = given[usernameField]?.value as Field | undefined;
  if (username && !username.options.unique && !username.options.primaryKey && !isUniqueAlone(usernameField, others)) {
    throw new ImproperlyConfigured(
      `userModel("${name}"): two users could have the same ${usernameField}. Write unique: true.`,
    );
  }
  return Object.freeze({ ...own, usernameField, requiredFields, hasPermissions });
}

/** Whether a set of fields that no two rows share is of this one. */
function isUniqueAlone(
  name: string,
  { uniqueTogether = [], constraints = [] }: Pick<ModelOptions, "constraints" | "uniqueTogether">,
): boolean {
  const sets = constraints.flatMap((one) => ("unique" in one && one.where === undefined ? [one.unique] : []));
  return [...uniqueTogether, ...sets].some((names) => names.length === 1 && names[0] === name);
}

/** Getters stay getters: none may run before the application starts. */
function descriptors(fields: Fields): Record<string, PropertyDescriptor> {
  return Object.getOwnPropertyDescriptors(fields);
}

/** Django's own user, stored in `auth_user`: the user model unless the settings name another. */
export const User = userModel(
  "auth.User",
  {
    username: field.char({ maxLength: 150, unique: true }),
    last_name: field.char({ maxLength: 150, blank: true, verboseName: "last name" }),
    email: field.email({ blank: true, verboseName: "email address" }),
    first_name: field.char({ maxLength: 150, blank: true, verboseName: "first name" }),
  },
  { usernameField: "username", requiredFields: ["email"], idKind: "auto" },
);
