import type { ManyToMany, ManyToManyOptions } from "./field.ts";
import { field } from "./field-makers.ts";
import { type Fields, model, type Model } from "../model.ts";
import { fieldOf, type ManyToManyMeta, type ModelMeta } from "../model-meta.ts";

/** Declares the table that joins a model to another, as Django names it and its columns. */
export function joinModel(meta: ModelMeta, name: string, options: ManyToManyOptions, related: Model): Model {
  const [source, target] = joinNames(meta, related);
  const fields: Fields = {
    [source]: field.foreignKey(meta.model, { onDelete: "cascade" }),
    [target]: field.foreignKey(related, { onDelete: "cascade" }),
  };
  return model(`${meta.appLabel}.${meta.objectName}_${name}`, fields, {
    table: options.table ?? `${meta.table}_${name}`,
    uniqueTogether: [[source, target]],
    isJoin: true,
  });
}

export function manyToManyMeta(given: {
  readonly name: string;
  readonly declared: ManyToMany;
  readonly related: ModelMeta;
  readonly join: ModelMeta;
}): ManyToManyMeta {
  const { name, declared, related, join } = given;
  const [source, target] = Object.keys(join.model.fields).map((one) => fieldOf(join, one, name));
  if (!source || !target) throw new TypeError("A joining table has two relations.");
  const { options } = declared;
  const verboseName = options.verboseName ?? name.replaceAll("_", " ");
  const isSymmetrical = related === source.related && options.symmetrical !== false;
  return Object.freeze({ name, options, verboseName, related, isSymmetrical, join, source, target });
}

function joinNames(meta: ModelMeta, related: Model): readonly [string, string] {
  const target = (related.name.split(".")[1] ?? "").toLowerCase();
  return meta.modelName === target ? [`from_${target}`, `to_${target}`] : [meta.modelName, target];
}
