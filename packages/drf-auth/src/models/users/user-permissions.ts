import type { Database } from "../../database/index.ts";
import type { UserKey } from "../../http/index.ts";
import { columnPath } from "../queries/column-path.ts";
import type { Model } from "../model.ts";
import { type ModelMeta } from "../model-meta.ts";
import type { Conditions } from "../inference/typed-conditions.ts";
import { QuerySet } from "../queries/query-set.ts";
import type { ModelRegistry } from "../registry.ts";
import type { Selection } from "../queries/selection.ts";

/** Reads the names of what a user may do, such as `words.add_word`: the user's own and those of the user's groups. */
export function permissionsOfUser(
  registry: ModelRegistry,
  database: Database,
): (userId: UserKey) => Promise<ReadonlySet<string>> {
  const { appLabel, objectName, modelName } = registry.user;
  const joinOf = (name: string): ModelMeta | undefined => registry.metas.find(({ model }) => model.name === name);
  const own = joinOf(`${appLabel}.${objectName}Permission`);
  const groups = joinOf(`${appLabel}.${objectName}Group`);
  const ofGroups = joinOf("auth.GroupPermission");
  const rowsOf = (meta: ModelMeta, conditions: object, selection: Selection) =>
    QuerySet.of(meta, database)
      .filter(conditions as Conditions<Model>)
      .orderBy()
      .select(selection);
  return async (userId) => {
    const byUser = { [modelName]: userId };
    const rows = own ? [...(await rowsOf(own, byUser, namesOf(own)))] : [];
    if (groups && ofGroups) {
      const group = columnPath(groups, "group", "permissions");
      const keys = (await rowsOf(groups, byUser, { key: "group", paths: [group] })).map(([key]) => key);
      if (keys.length > 0) rows.push(...(await rowsOf(ofGroups, { group__in: keys }, namesOf(ofGroups))));
    }
    return new Set(rows.map(([label, codename]) => `${String(label)}.${String(codename)}`));
  };
}

function namesOf(meta: ModelMeta): Selection {
  const paths = ["permission__content_type__app_label", "permission__codename"];
  return { key: "permission names", paths: paths.map((path) => columnPath(meta, path, "permissions")) };
}
