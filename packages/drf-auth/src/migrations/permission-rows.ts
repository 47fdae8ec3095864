import type { Database } from "../database/index.ts";
import { ContentType, type ModelRegistry, Permission, QuerySet } from "../models/index.ts";

const verbs = ["add", "change", "delete", "view"] as const;

/** Adds the content type and the four permissions of every model that has none yet, as Django does after migrating. */
export async function addPermissionRows(registry: ModelRegistry, database: Database): Promise<void> {
  const types = QuerySet.of<typeof ContentType>(registry.meta(ContentType), database);
  const permissions = QuerySet.of<typeof Permission>(registry.meta(Permission), database);
  const known = new Map((await types.rows()).map((row) => [`${row.app_label}.${row.model}`, row.id]));
  const granted = new Set((await permissions.rows()).map((row) => `${row.content_type_id} ${row.codename}`));
  for (const { appLabel, modelName, verboseName, model } of registry.metas) {
    if (model.options.isJoin) continue;
    const type = known.get(`${appLabel}.${modelName}`) ?? (await types.insert({ app_label: appLabel, model: modelName }));
    for (const verb of verbs) {
      const codename = `${verb}_${modelName}`;
      if (granted.has(`${type} ${codename}`)) continue;
      await permissions.insert({ content_type: type, codename, name: `Can ${verb} ${verboseName}` });
    }
  }
}
