import type { Dialect } from "../database/index.ts";
import { ImproperlyConfigured } from "../errors.ts";
import { type Field, isManyToMany, isRelation, type ManyToMany, type RelationTarget } from "./fields/field.ts";
import { joinModel, manyToManyMeta } from "./fields/many-to-many.ts";
import type { Model } from "./model.ts";
import { type FieldMeta, fieldOf, type ModelMeta, type Referrer } from "./model-meta.ts";
import { refuseClashes } from "./queries/to-many.ts";
import { orderingsOf } from "./queries/ordering.ts";
import { checkConstraint, indexMeta, refuseRepeats } from "./table-rules.ts";

/** All models of an application, with `"user"` and `"self"` resolved; made once at start. */
export interface ModelRegistry {
  /** What its columns are in. */
  readonly dialect: Dialect;
  readonly metas: readonly ModelMeta[];
  readonly user: ModelMeta;
  meta(model: Model): ModelMeta;
}

/** Resolves every model's getters, names and relations; a relation to a model that is not listed is an error. */
export function createRegistry(models: readonly Model[], user: Model, dialect: Dialect = "sqlite"): ModelRegistry {
  const byModel = new Map<Model, Mutable<ModelMeta>>();
  const names = new Set<string>();
  const tables = new Map<string, Model>();
  const add = (model: Model): Mutable<ModelMeta> => {
    const meta = shell(model);
    const name = model.name.toLowerCase();
    if (names.has(name)) throw new ImproperlyConfigured(`Two models are named "${model.name}". Rename one of them.`);
    const other = tables.get(meta.table.toLowerCase());
    if (other) {
      throw new ImproperlyConfigured(
        `${model.name} and ${other.name} are both stored in "${meta.table}". Give one another \`table\`.`,
      );
    }
    names.add(name);
    tables.set(meta.table.toLowerCase(), model);
    byModel.set(model, meta);
    return meta;
  };
  for (const model of new Set([user, ...models])) add(model);
  const metaOf = (model: Model): ModelMeta => {
    const meta = byModel.get(model);
    if (meta) return meta;
    throw new ImproperlyConfigured(`The model "${model.name}" is not in the application's \`models\`. Add it there.`);
  };
  const joins = new Map<ModelMeta, readonly Join[]>();
  // A map goes on with what is added on the way: the models of joining tables are filled like the others.
  for (const [model, meta] of byModel) {
    const manyToMany = fill(model, meta, metaOf, user);
    joins.set(
      meta,
      manyToMany.map(([name, declared]) => {
        const related = metaOf(targetOf(declared.to, model, user));
        return { name, declared, related, join: add(joinModel(meta, name, declared.options, related.model)) };
      }),
    );
  }
  for (const meta of byModel.values()) {
    settle(meta, dialect);
    meta.manyToMany = (joins.get(meta) ?? []).map((join) => manyToManyMeta(join));
  }
  refuseRepeats([...byModel.values()]);
  const metas = [...byModel.values()];
  for (const meta of metas) {
    meta.referrers = referrersOf(meta, metas);
    meta.manyReferrers = metas.flatMap((other) =>
      other.manyToMany
        .filter(({ related, isSymmetrical }) => related === meta && !isSymmetrical)
        .map((relation) => ({ meta: other, relation })),
    );
    refuseClashes(meta);
  }
  return { dialect, metas: [...byModel.values()], user: metaOf(user), meta: metaOf };
}

/** A relation of many to many on its way to being known. */
interface Join {
  readonly name: string;
  readonly declared: ManyToMany;
  readonly related: ModelMeta;
  readonly join: ModelMeta;
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

function shell(model: Model): Mutable<ModelMeta> {
  const [appLabel = "", objectName = ""] = model.name.split(".");
  const modelName = objectName.toLowerCase();
  return {
    model,
    appLabel,
    objectName,
    modelName,
    table: model.options.table ?? `${appLabel}_${modelName}`,
    verboseName: model.options.verboseName ?? inWords(objectName),
    fields: [],
    fieldsByName: new Map(),
    manyToMany: [],
    primaryKey: idFields.bigAuto,
    ordering: [],
    uniqueTogether: [],
    indexes: [],
    constraints: [],
    referrers: [],
    manyReferrers: [],
  };
}

/** `HTTPRequest` to `http request`, as Django's camel_case_to_spaces. */
function inWords(objectName: string): string {
  return objectName
    .replace(/(?<=[a-z])[A-Z]|[A-Z](?![A-Z]|$)/g, " $&")
    .trim()
    .toLowerCase();
}

const idFields = Object.freeze({ auto: idField("auto"), bigAuto: idField("bigAuto") });

function idField(kind: "auto" | "bigAuto"): FieldMeta {
  return Object.freeze({
    name: "id",
    attname: "id",
    column: "id",
    kind,
    options: { primaryKey: true, editable: false, blank: true, verboseName: "ID" },
    isNull: false,
    isUnique: true,
    isPrimaryKey: true,
    verboseName: "ID",
    related: undefined,
  });
}

/** Fills in the columns; gives the relations that are stored elsewhere. */
function fill(
  model: Model,
  meta: Mutable<ModelMeta>,
  metaOf: (model: Model) => ModelMeta,
  user: Model,
): (readonly [name: string, declared: ManyToMany])[] {
  const fields: FieldMeta[] = [];
  const manyToMany: [string, ManyToMany][] = [];
  for (const name of Object.keys(model.fields)) {
    const declared: unknown = model.fields[name];
    if (!isField(declared)) {
      throw new ImproperlyConfigured(
        `${model.name}.${name} is not a field: write it as field.char({ … }) or the like.`,
      );
    }
    if (!/^[a-z][a-z0-9_]*$/.test(name) || name.includes("__") || name.endsWith("_")) {
      throw new ImproperlyConfigured(
        `${model.name}.${name}: a field's name is lower case with single underscores. ` +
          'For a column of another name write field.inColumn("OtherName", field.char({ … })).',
      );
    }
    if (isManyToMany(declared)) {
      manyToMany.push([name, declared]);
      continue;
    }
    const options = declared.options;
    if (name === "pk" || (name === "id" && !options.primaryKey)) {
      throw new ImproperlyConfigured(`${model.name}.${name}: the name is kept for the primary key. Give it another.`);
    }
    const attname = isRelation(declared) ? `${name}_id` : name;
    const column = options.column ?? attname;
    const other = fields.find((one) => one.attname === attname || one.column.toLowerCase() === column.toLowerCase());
    if (other) {
      const what = other.attname === attname ? `is "${attname}" in a row` : `is stored in the column "${column}"`;
      throw new ImproperlyConfigured(`${model.name}.${name}: ${other.name} ${what} already. Give it another name.`);
    }
    fields.push({
      name,
      attname,
      column,
      kind: declared.kind,
      options,
      isNull: options.null === true,
      isUnique: options.unique === true || options.primaryKey === true,
      isPrimaryKey: options.primaryKey === true,
      verboseName: options.verboseName ?? name.replaceAll("_", " "),
      related: isRelation(declared) ? metaOf(targetOf(declared.to, model, user)) : undefined,
    });
  }
  const [primaryKey, second] = fields.filter((candidate) => candidate.isPrimaryKey);
  if (second)
    throw new ImproperlyConfigured(`${model.name} has two primary keys: ${primaryKey?.name} and ${second.name}.`);
  const id = idFields[model.options.idKind ?? "bigAuto"];
  meta.fields = primaryKey ? fields : [id, ...fields];
  meta.primaryKey = primaryKey ?? id;
  meta.fieldsByName = new Map(meta.fields.map((one) => [one.name, one]));
  return manyToMany;
}

function targetOf(to: RelationTarget, model: Model, user: Model): Model {
  if (to === "self") return model;
  return to === "user" ? user : to;
}

function settle(meta: Mutable<ModelMeta>, dialect: Dialect): void {
  const { ordering = [], uniqueTogether = [], indexes = [], constraints = [] } = meta.model.options;
  meta.ordering = ordering.flatMap((text) => orderingsOf(meta, text));
  meta.uniqueTogether = uniqueTogether.map((names) => names.map((name) => fieldOf(meta, name, "uniqueTogether")));
  meta.indexes = indexes.map((index) => indexMeta(meta, index, dialect));
  meta.constraints = constraints;
  for (const constraint of constraints) checkConstraint(meta, constraint, dialect);
}

function referrersOf(target: ModelMeta, metas: readonly ModelMeta[]): Referrer[] {
  return metas.flatMap((meta) =>
    meta.fields.filter((field) => field.related === target).map((field) => ({ meta, field })),
  );
}

function isField(value: unknown): value is Field | ManyToMany {
  return typeof value === "object" && value !== null && "kind" in value && "options" in value;
}
