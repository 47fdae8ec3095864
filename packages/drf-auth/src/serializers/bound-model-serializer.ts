import { CheckViolation, type Database, type RowValues, type UniqueViolation } from "../database/index.ts";
import { ImproperlyConfigured, ValidationError } from "../errors.ts";
import {
  columnPath,
  fieldKinds,
  type FieldMeta,
  fieldOf,
  type ModelMeta,
  type ModelRegistry,
  type Selection,
} from "../models/index.ts";
import { BoundSerializer, type FieldValidator, type NamedField, type WholeValidator } from "./bound-serializer.ts";
import type { FieldOptions, FieldPlace, SerializerField } from "./field.ts";
import { serializerFieldNames } from "./field-names.ts";
import { nested } from "./fields/nested-field.ts";
import { fieldOfManyToMany, fieldOfModel } from "./model-fields.ts";
import type { ModelSerializerHooks } from "./saving-hooks.ts";
import { columnReader, optionalReader, toManyReader } from "./readers.ts";
import { leftOut, type RowReader, RowRepresentation } from "./row-reader.ts";
import { uniqueMessage, uniqueValidator } from "./unique-validator.ts";
import { uniqueSets } from "./unique-sets.ts";
import { uniqueTogetherMessage, uniqueTogetherValidator } from "./unique-together.ts";

export interface BoundModelSerializerOptions {
  readonly fields?: readonly string[] | "__all__";
  readonly exclude?: readonly string[];
  readonly declared?: Readonly<Record<string, SerializerField>>;
  readonly readOnlyFields?: readonly string[];
  readonly extra?: Readonly<Record<string, FieldOptions>>;
  readonly depth?: number;
  readonly validate?: WholeValidator;
  readonly validateFields?: Readonly<Record<string, FieldValidator>>;
  readonly hooks?: ModelSerializerHooks;
}

/**
 * A serializer of a model, ready to work: it validates what comes in, names the columns it needs, and represents raw
 * rows in one loop without making objects of them first.
 */
export class BoundModelSerializer extends BoundSerializer {
  readonly meta: ModelMeta;
  readonly hooks: ModelSerializerHooks;
  /** Whether validation runs code of the project's that may ask the database. */
  readonly hasOwnChecks: boolean;
  /** The columns that `represent` reads, in its order; a list needs no more than these. */
  readonly selection: Selection;
  /** Represents a row as the wire has it. */
  readonly represent: RowRepresentation["represent"];
  /** Whether rows must go through `complete` before they are represented. */
  readonly isCompleted: boolean;
  /** Gives rows what they need of other tables, with one query a relation. */
  readonly complete: (rows: readonly RowValues[], database: Database) => Promise<readonly RowValues[]>;

  constructor(meta: ModelMeta, options: BoundModelSerializerOptions, registry: ModelRegistry) {
    const fields = namedFields(meta, options, registry);
    const names = new Set(fields.filter(({ field }) => !field.options.readOnly).map(({ name }) => name));
    const together = uniqueSets(meta).filter(
      ({ fields: own, isOfSome }) => !isOfSome && own.length > 1 && own.every(({ name }) => names.has(name)),
    );
    super(fields, {
      validate: options.validate,
      validateFields: options.validateFields,
      validators: together.map(({ fields: own, message }) => uniqueTogetherValidator(meta, own, message)),
    });
    this.meta = meta;
    this.hooks = options.hooks ?? {};
    const { declared = {}, extra = {}, validate, validateFields } = options;
    this.hasOwnChecks =
      validate !== undefined ||
      validateFields !== undefined ||
      Object.values(declared).some((field) => !field.options.readOnly) ||
      Object.values(extra).some(({ validators }) => validators !== undefined);
    const given = fields.filter(({ field }) => !field.options.writeOnly);
    const representation = new RowRepresentation(
      given.map((named) => ({ name: named.name, reader: readerOf(named, meta, registry) })),
    );
    const paths = representation.paths;
    this.selection = Object.freeze({
      key: paths.map(({ relations, field }) => [...relations, field].map(({ name }) => name).join(".")).join(),
      paths,
    });
    this.represent = representation.represent;
    this.isCompleted = representation.isCompleted;
    this.complete = (rows, database) => representation.complete(rows, database);
  }

  /**
   * What is said of a row that the database refuses: as validation says it, where another request made a row in between or
   * only the database can tell. Undefined where the model knows nothing of it.
   */
  refusal(violation: CheckViolation | UniqueViolation): ValidationError | undefined {
    if (violation instanceof CheckViolation) return this.#refusalOfCheck(violation);
    const { table, constraint = "" } = violation;
    if (table !== this.meta.table && table !== "") return undefined;
    const columns = violation.columns.toSorted().join();
    const sets = uniqueSets(this.meta);
    const set =
      sets.find(({ name }) => name === constraint) ??
      sets.find(
        ({ fields }) =>
          fields
            .map(({ column }) => column)
            .toSorted()
            .join() === columns,
      );
    const fields = this.meta.fields.filter(({ column }) => violation.columns.includes(column));
    const [field] = fields;
    if (field && fields.length === 1 && (set?.named.length ?? 1) === 1) {
      return new ValidationError({ [field.name]: [uniqueMessage(this.meta, field)] }, { cause: violation });
    }
    const names = (set?.fields ?? fields).map(({ name }) => name);
    // Of an index of an expression no column is told.
    const message = set?.message ?? (names.length > 0 ? uniqueTogetherMessage(names) : violatedMessage(constraint));
    return new ValidationError({ non_field_errors: [message] }, { cause: violation });
  }

  #refusalOfCheck(violation: CheckViolation): ValidationError | undefined {
    const constraint = this.meta.constraints.find(({ name }) => name === violation.constraint);
    if (!constraint) return undefined;
    const message = constraint.message ?? violatedMessage(constraint.name);
    return new ValidationError({ non_field_errors: [message] }, { cause: violation });
  }
}

/** As Django says it. */
function violatedMessage(constraint: string): string {
  return `Constraint “${constraint}” is violated.`;
}

function readerOf({ name, field }: NamedField, meta: ModelMeta, registry: ModelRegistry): RowReader {
  const { reader, represent, options } = field;
  if (reader) return reader({ registry, meta, name });
  const source = options.source ?? name;
  const many = meta.manyToMany.find((one) => one.name === source);
  if (many) {
    const key = columnReader({ relations: [], field: many.related.primaryKey });
    return toManyReader(
      meta,
      { related: many.related, through: many.join, source: many.source, target: many.target },
      { selection: { key: "pk", paths: key.paths }, represent: (row) => key.read(row, 0, undefined, undefined) },
    );
  }
  const path = columnPath(meta, source, `The serializer of ${meta.model.name}`);
  const isOptional = path.relations.some(({ isNull }) => isNull);
  if (!isOptional) return columnReader(path, represent);
  const missing =
    options.default ?? (options.allowNull ? null : options.readOnly || options.required === false ? leftOut : null);
  return optionalReader(path, missing, represent);
}

function namedFields(meta: ModelMeta, options: BoundModelSerializerOptions, registry: ModelRegistry): NamedField[] {
  const { declared = {}, depth = 0 } = options;
  const names = serializerFieldNames(meta, options);
  return names.map((name) => {
    const place = { registry, meta, name };
    const own = declared[name];
    if (own) return { name, field: own.bind ? own.bind(place) : own };
    const extra = extraOf(meta, name, options);
    const many = meta.manyToMany.find((one) => one.name === name);
    const related = many?.related ?? meta.fieldsByName.get(name)?.related;
    if (related && depth > 0) {
      const deeper = nested(everything(related, depth - 1), { ...extra, readOnly: true });
      return { name, field: deeper.bind ? deeper.bind(place) : deeper };
    }
    if (many) return { name, field: fieldOfManyToMany(many, extra) };
    const field = fieldOf(meta, name, `The serializer of ${meta.model.name}`);
    return { name, field: columnField(place, field, { ...togetherOptions(meta, field, names), ...extra }) };
  });
}

function columnField({ meta, registry }: FieldPlace, field: FieldMeta, options: FieldOptions): SerializerField {
  const isSet = uniqueSets(meta).some(
    ({ fields, isOfSome }) => !isOfSome && fields.length === 1 && fields[0] === field,
  );
  const isUnique = (field.isUnique && !field.isPrimaryKey) || isSet;
  return fieldOfModel(field, isUnique ? [uniqueValidator(meta, field)] : [], options, registry.dialect);
}

/** A field of a set that is unique together must be there, unless something stands for it, as in DRF. */
function togetherOptions(meta: ModelMeta, field: FieldMeta, names: readonly string[]): FieldOptions {
  const isTogether = uniqueSets(meta).some(
    ({ named }) => named.length > 1 && named.includes(field) && named.every(({ name }) => names.includes(name)),
  );
  const { autoNow, autoNowAdd, blank, default: standing } = field.options;
  if (!isTogether || autoNow || autoNowAdd || standing === "now") return {};
  if (standing !== undefined) return { default: standing };
  if (field.isNull) return { default: null };
  return blank && fieldKinds[field.kind].isText ? { default: "" } : { required: true };
}

function extraOf(
  meta: ModelMeta,
  name: string,
  { extra = {}, readOnlyFields }: BoundModelSerializerOptions,
): FieldOptions {
  const own = extra[name] ?? {};
  if (!readOnlyFields?.includes(name)) return own;
  if (meta.fieldsByName.get(name)?.options.default !== undefined && own.default !== undefined) {
    throw new ImproperlyConfigured(`${name} is read-only, so its default would never be used.`);
  }
  return { ...own, readOnly: true };
}

/** All fields of a model, as `depth` shows the rows that a relation leads to. */
function everything(meta: ModelMeta, depth: number) {
  return {
    model: meta.model,
    bind: (registry: ModelRegistry) => new BoundModelSerializer(meta, { fields: "__all__", depth }, registry),
  };
}
