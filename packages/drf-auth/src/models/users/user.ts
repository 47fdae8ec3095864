import type { Field } from "../field.ts";
import { field } from "../field-makers.ts";
import { type Fields, model, type Model } from "../model.ts";
import { ImproperlyConfigured } from "../../errors.ts";

/** What every user model has, as Django's AbstractBaseUser and PermissionsMixin. */
const base = {
  password: field.char({ maxLength: 128 }),
  last_login: field.dateTime({ null: true, blank: true, verboseName: "last login" }),
  is_superuser: field.boolean({ default: false, verboseName: "superuser status" }),
};

const standing = {
  is_staff: field.boolean({ default: false, verboseName: "staff status" }),
  is_active: field.boolean({ default: true, verboseName: "active" }),
  date_joined: field.dateTime({ default: "now", blank: true, verboseName: "date joined" }),
};

export interface UserModelOptions<FieldName extends string> {
  /** The field by which a user is found at login; it must be unique. */
  readonly usernameField: FieldName;
  /** What `id` is. Default "bigAuto"; Django's own user keeps "auto". */
  readonly idKind?: "auto" | "bigAuto";
  /** What `createsuperuser` asks for besides it and the password. Default: none. */
  readonly requiredFields?: readonly FieldName[];
}

/** A model whose rows are users. */
export interface UserModel<Name extends string = string, F extends Fields = Fields> extends Model<Name, F> {
  readonly usernameField: string;
  readonly requiredFields: readonly string[];
}

/**
 * Declares the project's own user model: your fields, and those that every user has (password, last_login,
 * is_superuser, is_staff, is_active, date_joined), as Django's AbstractBaseUser with PermissionsMixin.
 */
export function userModel<const Name extends `${string}.${string}`, F extends Fields>(
  name: Name,
  fields: F,
  options: UserModelOptions<Extract<keyof F, string>>,
): UserModel<Name, typeof base & F & typeof standing> {
  const given = descriptors(fields);
  // Given twice: the first time for the order of the columns, the second so that a field of your own wins.
  const all = Object.defineProperties({}, { ...descriptors(base), ...given, ...descriptors(standing), ...given });
  const own = model(name, all, options.idKind ? { idKind: options.idKind } : {});
  if (!Object.hasOwn(fields, options.usernameField)) {
    throw new ImproperlyConfigured(
      `userModel("${name}"): usernameField "${options.usernameField}" is none of its fields.`,
    );
  }
  const username = given[options.usernameField]?.value as Field | undefined;
  if (username && !username.options.unique && !username.options.primaryKey) {
    throw new ImproperlyConfigured(
      `userModel("${name}"): two users could have the same ${options.usernameField}. Write unique: true.`,
    );
  }
  return Object.freeze({
    ...(own as Model<Name, typeof base & F & typeof standing>),
    usernameField: options.usernameField,
    requiredFields: options.requiredFields ?? [],
  });
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
