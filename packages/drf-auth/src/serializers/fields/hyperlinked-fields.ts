import { ImproperlyConfigured } from "../../errors.ts";
import type { Request } from "../../http/index.ts";
import { columnPath, fieldOf, keyOf, kindOf, type ModelMeta } from "../../models/index.ts";
import { failure, type FieldOptions, type FieldPlace, type SerializerField, type ValidationContext } from "../field.ts";
import { pythonTypeName } from "../python-names.ts";
import { columnReader, toManyReader } from "../readers.ts";
import type { RowReader } from "../row-reader.ts";
import { manyRelatedField } from "./many-related-field.ts";
import { type RelationAt, relationAt } from "./relation-at.ts";

export interface HyperlinkedOptions extends FieldOptions {
  /** The name of the route of one row, such as `word-detail`. */
  readonly view: string;
  /** The field by which that route finds a row. Default: the primary key. */
  readonly lookupField?: string;
}

export interface HyperlinkedRelatedOptions extends HyperlinkedOptions {
  /** Whether none counts in a list. Default true. */
  readonly allowEmpty?: boolean;
}

/** The address of the row itself, as DRF's HyperlinkedIdentityField: `url: hyperlinkedIdentity({ view: "word-detail" })`. */
export function hyperlinkedIdentity(options: HyperlinkedOptions): SerializerField<never, false, string> {
  return Object.freeze({
    type: "field",
    options: { ...options, readOnly: true },
    parse: unbound,
    validators: [],
    reader: ({ meta, name }: FieldPlace) => {
      const path = { relations: [], field: fieldOf(meta, options.lookupField ?? "pk", name) };
      const key = columnReader(path);
      return {
        paths: [path],
        read: (
          values: Parameters<RowReader["read"]>[0],
          start: number,
          loaded: unknown,
          request: Request | undefined,
        ) => urlOf(key.read(values, start, loaded, request), options, request),
      };
    },
  }) as SerializerField<never, false, string>;
}

/** A relation by the addresses of its rows, as DRF's HyperlinkedRelatedField; a list where it leads to many. */
export function hyperlinkedRelated<const Options extends HyperlinkedRelatedOptions>(
  options: Options,
): SerializerField<Options extends { readonly readOnly: true } ? never : number, boolean, string> {
  return Object.freeze({
    type: "field",
    options,
    parse: unbound,
    validators: [],
    bind: (place: FieldPlace) => {
      const relation = relationAt(place, options.source);
      const child: SerializerField = {
        type: "field",
        options,
        isEmptyNull: true,
        parse: (value, context) => keyAt(value, relation.related, options, context),
        validators: options.validators ?? [],
      };
      const field = relation.toMany ? manyRelatedField(child, options) : child;
      return Object.freeze({ ...field, reader: () => readerOf(place.meta, relation, options) });
    },
  }) as SerializerField<Options extends { readonly readOnly: true } ? never : number, boolean, string>;
}

function unbound(): never {
  throw new ImproperlyConfigured("A hyperlink belongs into a modelSerializer, whose model says where it leads.");
}

function urlOf(key: unknown, { view }: HyperlinkedOptions, request: Request | undefined): string | null {
  if (key === null || key === undefined) return null;
  if (!request) throw new TypeError("A hyperlink is made for a request, whose host it names.");
  return request.urlOf(view, { pk: String(key) });
}

function readerOf(meta: ModelMeta, { relations, related, toMany }: RelationAt, options: HyperlinkedOptions): RowReader {
  const lookup = columnPath(related, options.lookupField ?? "pk", "A hyperlink");
  if (toMany) {
    const key = columnReader(lookup);
    return toManyReader(meta, toMany, {
      selection: { key: `hyperlink ${lookup.field.name}`, paths: [lookup] },
      represent: (row, request) => urlOf(key.read(row, 0, undefined, request), options, request),
    });
  }
  const last = relations.at(-1);
  const isKey = lookup.field === related.primaryKey && last !== undefined;
  const path = isKey
    ? { relations: relations.slice(0, -1), field: last }
    : { relations: [...relations, ...lookup.relations], field: lookup.field };
  const key = columnReader(path);
  return {
    paths: [path],
    read: (values, start, loaded, request) => urlOf(key.read(values, start, loaded, request), options, request),
  };
}

/** The key of the row that an address names. */
async function keyAt(
  value: unknown,
  related: ModelMeta,
  options: HyperlinkedOptions,
  { request, objects }: ValidationContext,
): Promise<unknown> {
  if (typeof value !== "string") {
    const text = "Incorrect type. Expected URL string, received {data_type}.";
    throw failure(options, "incorrect_type", text, { data_type: pythonTypeName(value) });
  }
  const found = request?.routeAt(value);
  if (!found) throw failure(options, "no_match", "Invalid hyperlink - No URL match.");
  if (found.name !== options.view)
    throw failure(options, "incorrect_match", "Invalid hyperlink - Incorrect URL match.");
  const field = fieldOf(related, options.lookupField ?? "pk", "A hyperlink");
  const missing = () => failure(options, "does_not_exist", "Invalid hyperlink - Object does not exist.");
  const given = found.params["pk"] ?? "";
  const isNumber = !kindOf(field).isText && keyOf(field).kind !== "uuid";
  if (isNumber && !Number.isSafeInteger(Number(given))) throw missing();
  try {
    const rows = objects(related).filter({ [field.name]: isNumber ? Number(given) : given } as never);
    const row = (await rows.first()) as Readonly<Record<string, unknown>> | undefined;
    if (row) return row[related.primaryKey.attname];
  } catch (error) {
    // A value that the column cannot hold is no row's.
    if (!(error instanceof TypeError)) throw error;
  }
  throw missing();
}
