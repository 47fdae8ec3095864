import { ImproperlyConfigured } from "../../errors.ts";
import { columnPath, type Model, type ModelMeta, type QuerySet } from "../../models/index.ts";
import { failure, type FieldOptions, type FieldPlace, type SerializerField, type ValidationContext } from "../field.ts";
import { pythonText } from "../python-names.ts";
import { columnReader, optionalReader, stepOf, toManyReader } from "../readers.ts";
import { leftOut, type RowReader } from "../row-reader.ts";
import { manyRelatedField } from "./many-related-field.ts";
import { primaryKeyField } from "./primary-key-field.ts";
import { relationAt } from "./relation-at.ts";

export interface RelatedFieldOptions extends FieldOptions {
  /** Whether none counts in a list. Default true. */
  readonly allowEmpty?: boolean;
  /** Narrows the rows that may be named. Default: all of them. */
  readonly query?: (rows: QuerySet<Model>, context: ValidationContext) => QuerySet<Model>;
}

export interface SlugRelatedOptions extends RelatedFieldOptions {
  /** The field of the other model that names its rows; it should be unique. */
  readonly slugField: string;
}

type RelatedField<Options extends RelatedFieldOptions, Value> = SerializerField<
  Options extends { readonly readOnly: true } ? never : Value,
  Options extends { readonly required: false } | { readonly readOnly: true } ? false : true,
  Value
>;

/** A relation by its rows' primary keys, as DRF's PrimaryKeyRelatedField; a list where it leads to many. */
export function primaryKeyRelated<const Options extends RelatedFieldOptions>(
  options: Options = {} as Options,
): RelatedField<Options, never> {
  return relatedField(options, (related) => ({
    field: related.primaryKey.name,
    child: primaryKeyField(related, narrowed(options)),
  })) as RelatedField<Options, never>;
}

/** A relation by a field that names its rows, as DRF's SlugRelatedField. */
export function slugRelated<const Options extends SlugRelatedOptions>(options: Options): RelatedField<Options, never> {
  const { slugField } = options;
  return relatedField(options, (related) => ({
    field: slugField,
    child: {
      type: "field",
      options: narrowed(options),
      isEmptyNull: true,
      parse: (value, context) => keyBySlug(value, related, options, context),
      validators: options.validators ?? [],
    },
  })) as RelatedField<Options, never>;
}

/** A relation by the text of its rows, as DRF's StringRelatedField: the field that the model's `display` names. */
export function stringRelated(options: Omit<FieldOptions, "readOnly"> = {}): SerializerField<never, false, string> {
  const readOnly: RelatedFieldOptions = { ...options, readOnly: true };
  return relatedField(readOnly, (related) => ({
    field: related.model.options.display ?? related.primaryKey.name,
    represent: related.model.options.display
      ? String
      : (key: unknown) => `${related.objectName} object (${String(key)})`,
    child: {
      type: "field",
      options: readOnly,
      parse: () => {
        throw new TypeError("A read-only field takes no value.");
      },
      validators: [],
    },
  })) as SerializerField<never, false, string>;
}

/** What stands for one row of the other model. */
interface RelatedKind {
  /** The field that is shown. */
  readonly field: string;
  readonly represent?: (value: unknown) => unknown;
  readonly child: SerializerField;
}

function relatedField(options: RelatedFieldOptions, kindOf: (related: ModelMeta) => RelatedKind): SerializerField {
  const unbound = () => {
    throw new ImproperlyConfigured("A related field belongs into a modelSerializer, whose model says where it leads.");
  };
  return Object.freeze({
    type: "field",
    options,
    parse: unbound,
    validators: [],
    bind: (place: FieldPlace) => {
      const relation = relationAt(place, options.source);
      const kind = kindOf(relation.related);
      const field = relation.toMany ? manyRelatedField(kind.child, options) : kind.child;
      return Object.freeze({ ...field, reader: () => readerOf(place.meta, relation, kind, options) });
    },
  });
}

function readerOf(
  meta: ModelMeta,
  { relations, related, toMany }: ReturnType<typeof relationAt>,
  { field, represent }: RelatedKind,
  options: FieldOptions,
): RowReader {
  const path = columnPath(related, field, "A related field");
  if (toMany) {
    const step = stepOf(path.field, represent);
    return toManyReader(meta, toMany, {
      selection: { key: `related ${field}`, paths: [path] },
      represent: ([value = null]) => (value === null || step === "same" ? value : step(value)),
    });
  }
  const whole = { relations: [...relations, ...path.relations], field: path.field };
  // A row's own column holds the key already: no join is needed.
  const isKey = field === related.primaryKey.name;
  const last = relations.at(-1);
  if (isKey && last) return columnReader({ relations: relations.slice(0, -1), field: last }, represent);
  return optionalReader(whole, options.required === false && !options.readOnly ? leftOut : null, represent);
}

async function keyBySlug(
  value: unknown,
  related: ModelMeta,
  options: SlugRelatedOptions,
  context: ValidationContext,
): Promise<unknown> {
  const { slugField, query } = options;
  const isSimple = typeof value === "string" || typeof value === "number" || typeof value === "bigint";
  if (!isSimple) throw failure(options, "invalid", "Invalid value.");
  const all = context.objects(related);
  const rows = query ? query(all, context) : all;
  const text = "Object with {slug_name}={value} does not exist.";
  try {
    const row = await rows.filter({ [slugField]: value } as never).first();
    if (row) return (row as Readonly<Record<string, unknown>>)[related.primaryKey.attname];
  } catch (error) {
    // A value that the column cannot hold is no row's.
    if (!(error instanceof TypeError)) throw error;
  }
  throw failure(options, "does_not_exist", text, { slug_name: slugField, value: pythonText(value) });
}

/** The field's options for one row: what is about a list is the list's. */
function narrowed({ source: _source, ...options }: RelatedFieldOptions): RelatedFieldOptions {
  return options;
}
