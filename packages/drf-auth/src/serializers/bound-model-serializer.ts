import { type UniqueViolation, type RowValues } from "../database/index.ts";
import { ImproperlyConfigured, ValidationError } from "../errors.ts";
import {
  type ColumnPath,
  columnPath,
  type FieldMeta,
  fieldOf,
  type ModelMeta,
  type Selection,
  valuesDecoder,
} from "../models/index.ts";
import { BoundSerializer, type NamedField, type WholeValidator } from "./bound-serializer.ts";
import type { SerializerField } from "./field.ts";
import { fieldOfModel } from "./model-fields.ts";
import { uniqueMessage, uniqueValidator } from "./unique-validator.ts";

export interface BoundModelSerializerOptions {
  readonly fields: readonly string[];
  readonly declared?: Readonly<Record<string, SerializerField>>;
  readonly readOnlyFields?: readonly string[];
  readonly validate?: WholeValidator;
}

/**
 * A serializer of a model, ready to work: it validates what comes in, names the columns it needs, and represents raw
 * rows in one loop without making objects of them first.
 */
export class BoundModelSerializer extends BoundSerializer {
  readonly meta: ModelMeta;
  /** The columns that `represent` reads, in its order; a list needs no more than these. */
  readonly selection: Selection;
  /** Represents a row as the wire has it. */
  readonly represent: (row: RowValues) => Record<string, unknown>;

  constructor(meta: ModelMeta, options: BoundModelSerializerOptions) {
    const fields = namedFields(meta, options);
    super(fields, options.validate);
    this.meta = meta;
    const given = fields.filter(({ field }) => !field.options.writeOnly);
    const where = `The serializer of ${meta.model.name}`;
    const paths = given.map(({ name, field }) => columnPath(meta, field.options.source ?? name, where));
    this.selection = Object.freeze({ key: paths.map(pathText).join(), paths });
    const names = given.map(({ name }) => name);
    this.represent = valuesDecoder(names, paths);
  }

  /** The same refusal that validation gives, for a row that another request made in between. */
  refusal(violation: UniqueViolation): ValidationError {
    const [column] = violation.columns;
    const field = violation.columns.length === 1 ? this.meta.fields.find((one) => one.column === column) : undefined;
    if (field) return new ValidationError({ [field.name]: [uniqueMessage(this.meta, field)] }, { cause: violation });
    const names = violation.columns.map((one) => this.meta.fields.find(({ column: own }) => own === one)?.name ?? one);
    const message = `The fields ${names.join(", ")} must make a unique set.`;
    return new ValidationError({ non_field_errors: [message] }, { cause: violation });
  }
}

function namedFields(meta: ModelMeta, options: BoundModelSerializerOptions): NamedField[] {
  return options.fields.map((name) => {
    const declared = options.declared?.[name];
    if (declared) return { name, field: declared };
    const own = fieldOf(meta, name, `The serializer of ${meta.model.name}`);
    const made = fieldOfModel(own, own.isUnique && !own.isPrimaryKey ? [uniqueValidator(meta, own)] : []);
    const isReadOnly = options.readOnlyFields?.includes(name) ?? false;
    return { name, field: isReadOnly ? readOnlyOf(made, own) : made };
  });
}

function readOnlyOf(made: SerializerField, own: FieldMeta): SerializerField {
  if (made.options.default !== undefined) {
    throw new ImproperlyConfigured(`${own.name} is read-only, so its default would never be used.`);
  }
  const { required: _required, ...options } = made.options;
  return { ...made, options: { ...options, readOnly: true } };
}

function pathText({ relations, field }: ColumnPath): string {
  return [...relations, field].map((one) => one.name).join(".");
}
