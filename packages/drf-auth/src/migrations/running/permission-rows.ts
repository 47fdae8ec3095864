import type { Database } from "../../database/index.ts";
import type { Step } from "../schema/schema-editor.ts";
import {
  ContentType,
  type ModelMeta,
  type ModelRegistry,
  ownAppLabel,
  Permission,
  QuerySet,
} from "../../models/index.ts";

const verbs = ["add", "change", "delete", "view"] as const;

/** A permission that has no row yet, and its content type's id where that has one. */
interface MissingPermission {
  readonly meta: ModelMeta;
  readonly verb: (typeof verbs)[number];
  readonly contentTypeId: number | undefined;
}

/** Adds the content type and the four permissions of every model that has none yet, as Django does after migrating. */
export async function addPermissionRows(registry: ModelRegistry, database: Database): Promise<void> {
  const { types, permissions } = querySets(registry, database);
  const added = new Map<ModelMeta, number>();
  for (const { meta, verb, contentTypeId } of await missingPermissions(registry, database)) {
    const { appLabel, modelName, verboseName } = meta;
    const id = contentTypeId ?? added.get(meta) ?? (await types.insert({ app_label: appLabel, model: modelName }));
    added.set(meta, id);
    const name = `Can ${verb} ${verboseName}`;
    await permissions.insert({ content_type: id, codename: `${verb}_${modelName}`, name });
  }
}

/** Tells whether some model has not all of its rows; the tables must be there. */
export async function lacksPermissionRows(registry: ModelRegistry, database: Database): Promise<boolean> {
  return (await missingPermissions(registry, database)).length > 0;
}

async function missingPermissions(registry: ModelRegistry, database: Database): Promise<readonly MissingPermission[]> {
  const { types, permissions } = querySets(registry, database);
  const ids = new Map((await types.rows()).map((row) => [`${row.app_label}.${row.model}`, row.id]));
  const known = new Set((await permissions.rows()).map((row) => `${row.content_type_id} ${row.codename}`));
  return (
    registry.metas
      // Of our own tables no user may do anything, and a Django on this database would call their types stale.
      .filter((meta) => !meta.model.options.isJoin && meta.appLabel !== ownAppLabel)
      .flatMap((meta) => {
        const contentTypeId = ids.get(`${meta.appLabel}.${meta.modelName}`);
        const missing = verbs.filter((verb) => !known.has(`${contentTypeId} ${verb}_${meta.modelName}`));
        return missing.map((verb) => ({ meta, verb, contentTypeId }));
      })
  );
}

/** Gives the content type of a model that was renamed its new name, so that permissions stay with those who have them. */
export async function renameContentTypes(
  steps: readonly Step[],
  registry: ModelRegistry,
  database: Database,
): Promise<void> {
  const { types } = querySets(registry, database);
  for (const { operation } of steps) {
    if (operation.type !== "renameModel") continue;
    const [app_label = "", model = ""] = operation.name.toLowerCase().split(".");
    const renamed = operation.to.toLowerCase().split(".")[1] ?? "";
    if (await types.filter({ app_label, model: renamed }).exists()) continue;
    await types.filter({ app_label, model }).update({ model: renamed });
  }
}

function querySets(registry: ModelRegistry, database: Database) {
  return {
    types: QuerySet.of<typeof ContentType>(registry.meta(ContentType), database),
    permissions: QuerySet.of<typeof Permission>(registry.meta(Permission), database),
  };
}
