import { field } from "../fields/field-makers.ts";
import { model, type Model } from "../model.ts";
import type { UserModel } from "./user.ts";

/** Django's register of models, to which permissions belong. */
export const ContentType = model(
  "contenttypes.ContentType",
  {
    app_label: field.char({ maxLength: 100 }),
    model: field.char({ maxLength: 100, verboseName: "python model class name" }),
  },
  {
    idKind: "auto",
    table: "django_content_type",
    uniqueTogether: [["app_label", "model"]],
    verboseName: "content type",
  },
);

/** What a user or a group may do: `add_word` of the content type of words. */
export const Permission = model(
  "auth.Permission",
  {
    content_type: field.foreignKey(ContentType, { onDelete: "cascade", verboseName: "content type" }),
    codename: field.char({ maxLength: 100 }),
    name: field.char({ maxLength: 255 }),
  },
  { idKind: "auto", uniqueTogether: [["content_type", "codename"]] },
);

/** A named set of permissions that users share. */
export const Group = model("auth.Group", { name: field.char({ maxLength: 150, unique: true }) }, { idKind: "auto" });

const GroupPermission = model(
  "auth.GroupPermission",
  {
    group: field.foreignKey(Group, { onDelete: "cascade" }),
    permission: field.foreignKey(Permission, { onDelete: "cascade" }),
  },
  { table: "auth_group_permissions", uniqueTogether: [["group", "permission"]], isJoin: true },
);

/** The tables that join a user model to groups and permissions, named after it as Django does; none where it has neither. */
export function userJoins(user: UserModel): readonly Model[] {
  if (!user.hasPermissions) return [];
  const [appLabel = "", objectName = ""] = user.name.split(".");
  const table = user.options.table ?? `${appLabel}_${objectName.toLowerCase()}`;
  const own = objectName.toLowerCase();
  const join = (other: string, to: Model, suffix: string): Model =>
    model(
      `${appLabel}.${objectName}${suffix}`,
      {
        [own]: field.foreignKey(user, { onDelete: "cascade" }),
        [other]: field.foreignKey(to, { onDelete: "cascade" }),
      },
      {
        table: `${table}_${suffix === "Group" ? "groups" : "user_permissions"}`,
        uniqueTogether: [[own, other]],
        isJoin: true,
      },
    );
  return [join("group", Group, "Group"), join("permission", Permission, "Permission")];
}

/** Django's tables of permissions, in the order in which they refer to each other. */
export const permissionModels: readonly Model[] = Object.freeze([ContentType, Permission, Group, GroupPermission]);
