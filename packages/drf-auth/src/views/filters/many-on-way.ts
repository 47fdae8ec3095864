import { type ModelMeta, toManyOf } from "../../models/index.ts";

/** The relation to any number of rows that a way leads over, as `Word.tags`; undefined where each row has one end of it. */
export function manyOnWay(meta: ModelMeta, path: string): string | undefined {
  let at = meta;
  for (const name of path.split("__")) {
    const field = at.fieldsByName.get(name);
    if (!field && toManyOf(at, name)) return `${at.model.name}.${name}`;
    if (!field?.related) return undefined;
    at = field.related;
  }
  return undefined;
}
