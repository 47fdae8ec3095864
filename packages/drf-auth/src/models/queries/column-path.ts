import { createHash } from "node:crypto";
import { ImproperlyConfigured } from "../../errors.ts";
import { type ColumnPath, type FieldMeta, fieldOf, type ModelMeta } from "../model-meta.ts";

/** Reads `owner.username` or `owner__username`; `owner_id` is the column of `owner` itself. */
export function columnPath(meta: ModelMeta, path: string, where: string): ColumnPath {
  // Most paths are a field's name, and splitting takes as long as all the rest.
  if (!path.includes("__") && !path.includes(".")) return { relations: [], field: fieldOf(meta, path, where) };
  const names = path.split(/\.|__/);
  const relations: FieldMeta[] = [];
  let at = meta;
  for (const name of names.slice(0, -1)) {
    const relation = fieldOf(at, name, where);
    if (!relation.related) {
      throw new ImproperlyConfigured(`${where}: ${at.model.name}.${name} is no relation, so "${path}" leads nowhere.`);
    }
    relations.push(relation);
    at = relation.related;
  }
  return { relations, field: fieldOf(at, names.at(-1) ?? "", where) };
}

/** The name under which a query joins the table at the end of some relations; it begins with that of its own rows. */
export function joinAlias(root: string, relations: readonly FieldMeta[]): string {
  if (relations.length === 0) return root;
  return shortName([root, ...relations.map((relation) => relation.name)].join("__"));
}

/** What PostgreSQL keeps of a name. */
const maxNameBytes = 63;

/** A name within a statement that stays another than those that begin like it. */
export function shortName(name: string): string {
  if (Buffer.byteLength(name) <= maxNameBytes) return name;
  const digest = createHash("md5").update(name).digest("hex").slice(0, 12);
  return `${Buffer.from(name)
    .subarray(0, 40)
    .toString()
    .replace(/\uFFFD+$/, "")}_${digest}`;
}
