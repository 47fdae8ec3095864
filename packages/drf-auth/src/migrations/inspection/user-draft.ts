import { type Field, type FieldKind, fieldKinds, User } from "../../models/index.ts";
import type { FieldDraft, ModelDraft, UserDraft } from "./drafts.ts";

/** What every user model brings unless it says otherwise, and what it is then. */
const brought: Readonly<Record<string, Field>> = User.fields;
const standing = ["is_staff", "is_active", "date_joined"];

/** Which field is taken for the one to log in with, where several could be. */
const preferred = ["username", "email"];

/** Says what a table of users has that a user model brings, and how its users log in. */
export function userDraftOf(
  drafts: readonly FieldDraft[],
  hasPermissions: boolean,
): { readonly user: UserDraft; readonly fields: readonly FieldDraft[] } {
  const hasStanding = standing.every((name) => drafts.some((draft) => draft.name === name));
  const left = new Set([
    "password",
    "last_login",
    ...(hasPermissions ? ["is_superuser"] : []),
    ...(hasStanding ? standing : []),
  ]);
  const fields = drafts.filter((draft) => !(left.has(draft.name) && isAsBrought(draft))).map(withDefault);
  const usernames = fields.filter(isUsername).map(({ name }) => name);
  const usernameField = preferred.find((name) => usernames.includes(name)) ?? usernames[0];
  const requiredFields = fields.filter((draft) => draft.name !== usernameField && mustBeGiven(draft));
  const user = { usernameField, requiredFields: requiredFields.map(({ name }) => name), hasPermissions, hasStanding };
  return { user, fields };
}

/** What whoever reads a model of users has to do. */
export function notesOfUser({ table, constant, fields }: ModelDraft, { usernameField }: UserDraft): readonly string[] {
  const key = fields.find(({ options }) => options["primaryKey"] === true);
  return [
    `${table} is the table of users: write user: ${constant} in the settings, before makemigrations.`,
    ...(usernameField === undefined
      ? [`${table}: choose its usernameField. Users log in by it, and no field is a user's alone.`]
      : []),
    ...(key?.maker === "uuid"
      ? [`${table}, field ${key.name}: a Django makes it by itself. Write default: () => randomUUID() of node:crypto.`]
      : []),
  ];
}

function isAsBrought(draft: FieldDraft): boolean {
  const { kind, options } = brought[draft.name] ?? {};
  const { maxLength, null: isNull = false } = draft.options;
  const isSame = draft.maker === kind && maxLength === options?.maxLength && isNull === (options?.null ?? false);
  return isSame && draft.column === undefined && draft.options["unique"] !== true && draft.options["index"] !== true;
}

/** Django fills a flag itself, and the database says nothing of that. */
function withDefault(draft: FieldDraft): FieldDraft {
  const given = brought[draft.name];
  const value = given?.options.default as boolean | string | undefined;
  if (value === undefined || draft.maker !== given?.kind || "default" in draft.options) return draft;
  return { ...draft, options: { ...draft.options, default: value } };
}

function isUsername({ maker, options }: FieldDraft): boolean {
  const isText = ["char", "email", "slug", "text"].includes(maker);
  return isText && (options["unique"] === true || options["primaryKey"] === true);
}

/** Whether a user cannot be made without it, and can be asked for it at a terminal: for no relation, and no UUID. */
function mustBeGiven({ maker, options, target, name }: FieldDraft): boolean {
  if (target !== undefined || name in brought || ["auto", "bigAuto", "uuid"].includes(maker)) return false;
  const isText = fieldKinds[maker as FieldKind].isText && options["primaryKey"] !== true;
  return !isText && options["null"] !== true && options["blank"] !== true && !("default" in options);
}
