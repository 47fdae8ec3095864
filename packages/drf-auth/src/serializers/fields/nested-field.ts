import { type ErrorDetail, ImproperlyConfigured, ValidationError } from "../../errors.ts";
import { Form } from "../../http/index.ts";
import {
  type FieldOptions,
  type FieldPlace,
  failure,
  type FieldOf,
  type SerializerField,
  type ValidationContext,
} from "../field.ts";
import { formItems, formPart } from "../form-items.ts";
import type { InputOf, OutputOf, Typed } from "../infer.ts";
import { pythonTypeName } from "../python-names.ts";
import type { ModelRegistry, Selection } from "../../models/index.ts";
import { toManyReader, toOneReader } from "../readers.ts";
import type { BoundSerializer } from "../bound-serializer.ts";
import type { RowRepresentation } from "../row-reader.ts";
import { relationAt } from "./relation-at.ts";

export interface NestedOptions extends FieldOptions {
  /** Whether it is a list of objects. Default: as the relation is; false for a plain serializer. */
  readonly many?: boolean;
  /** Whether none counts in a list. Default true. */
  readonly allowEmpty?: boolean;
}

type Validation = Pick<BoundSerializer, "describe" | "validate">;

/** A serializer of no model. */
interface PlainSerializer extends Typed<unknown, unknown> {
  readonly bound: Validation;
  readonly represent: (value: object) => unknown;
}

/** The serializer of a model, ready to work. */
interface BoundRows extends Validation, Pick<RowRepresentation, "complete" | "isCompleted" | "represent"> {
  readonly selection: Selection;
}

/** A serializer of a model. */
interface RowSerializer extends Typed<unknown, unknown> {
  readonly bind: (registry: ModelRegistry) => BoundRows;
}

type AnySerializer = PlainSerializer | RowSerializer;
type ListOr<Options extends NestedOptions, Value> = Options extends { readonly many: true } ? readonly Value[] : Value;

/**
 * An object inside of another, as DRF's nested serializers. One of a model is read over the relation that its name or
 * source says, with one query a relation; writing it is left to the `create` and `update` of the outer serializer.
 */
export function nested<S extends AnySerializer, const Options extends NestedOptions>(
  serializer: S,
  options: Options = {} as Options,
): FieldOf<Options, ListOr<Options, InputOf<S>>, ListOr<Options, OutputOf<S>>> {
  const field = "bound" in serializer ? plainField(serializer, options) : modelField(serializer, options);
  return field as FieldOf<Options, ListOr<Options, InputOf<S>>, ListOr<Options, OutputOf<S>>>;
}

function plainField(
  { bound, represent }: Omit<PlainSerializer, keyof Typed<unknown, unknown>>,
  options: NestedOptions,
): SerializerField {
  const object: SerializerField = {
    type: "nested object",
    options,
    bounds: { fields: bound.describe() },
    fromForm: formPart,
    parse: (value, context) => bound.validate(value, { ...context, instanceKey: undefined }),
    represent: (value) => represent(value as object),
    validators: options.validators ?? [],
  };
  return Object.freeze(options.many ? listOf(object, options) : object);
}

function modelField(serializer: RowSerializer, options: NestedOptions): SerializerField {
  return Object.freeze({
    type: "nested object",
    options,
    parse: () => {
      throw new ImproperlyConfigured("A nested serializer of a model belongs into another model's serializer.");
    },
    validators: [],
    bind: (place: FieldPlace) => {
      const relation = relationAt(place, options.source);
      const isMany = relation.toMany !== undefined;
      if (options.many !== undefined && options.many !== isMany) {
        const leads = isMany ? "many rows" : "one row";
        throw new ImproperlyConfigured(
          `${place.meta.model.name}.${place.name} leads to ${leads}: write many: ${isMany}.`,
        );
      }
      const bound = serializer.bind(place.registry);
      const object = plainField({ bound, represent: (value) => value as never }, { ...options, many: isMany });
      return Object.freeze({
        ...object,
        reader: () =>
          relation.toMany
            ? toManyReader(place.meta, relation.toMany, representationOf(bound))
            : toOneReader(relation.relations, relation.related, representationOf(bound)),
      });
    },
  });
}

function representationOf(bound: BoundRows) {
  return {
    selection: bound.selection,
    represent: bound.represent,
    ...(bound.isCompleted && { complete: bound.complete }),
  };
}

/** Objects in a list, as DRF's ListSerializer: what is wrong is told an index. */
function listOf(object: SerializerField, options: NestedOptions): SerializerField {
  return {
    type: "field",
    options,
    child: { ...object, options: {} },
    fromForm: (form, name) => formItems(form, name, object),
    parse: async (value, context) => {
      if (!Array.isArray(value)) {
        const text = 'Expected a list of items but got type "{input_type}".';
        throw wholeFailure(failure(options, "not_a_list", text, { input_type: pythonTypeName(value) }));
      }
      if (value.length === 0 && options.allowEmpty === false) {
        throw wholeFailure(failure(options, "empty", "This list may not be empty."));
      }
      return validItems(value, object, context);
    },
    ...(object.represent && {
      represent: (items) => (items as readonly unknown[]).map((item) => object.represent?.(item)),
    }),
    validators: options.validators ?? [],
  };
}

function wholeFailure(failed: ValidationError): ValidationError {
  return new ValidationError({ non_field_errors: failed.detail });
}

async function validItems(
  items: readonly unknown[],
  object: SerializerField,
  context: ValidationContext,
): Promise<unknown[]> {
  const values: unknown[] = [];
  const errors: [string, ErrorDetail][] = [];
  for (const [index, item] of items.entries()) {
    try {
      values.push(await object.parse(item instanceof Form ? item : (item ?? undefined), context));
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      errors.push([String(index), error.detail]);
    }
  }
  if (errors.length > 0) throw new ValidationError(Object.fromEntries(errors));
  return values;
}
