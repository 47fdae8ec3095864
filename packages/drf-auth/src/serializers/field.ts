import type { FieldDescription } from "../descriptions/index.ts";
import { type ErrorDetail, ValidationError } from "../errors.ts";
import type { AnonymousUser, Form, Request, User } from "../http/index.ts";
import type { Model, ModelMeta, ModelRegistry, QuerySet } from "../models/index.ts";
import type { RowReader } from "./row-reader.ts";

declare const facts: unique symbol;

/** What validation may look at besides the value. */
export interface ValidationContext {
  /** Whether fields may be left out: PATCH. */
  readonly isPartial: boolean;
  /** The primary key of the row that is changed; undefined when one is made. */
  readonly instanceKey: unknown;
  /** The request whose data it is; undefined outside of one. */
  readonly request?: Request;
  /** Who sent it; undefined outside of a request. */
  readonly user?: AnonymousUser | User;
  objects(meta: ModelMeta): QuerySet<Model>;
}

/** A check of a value that already has the right type: gives what is wrong, or undefined. */
export type Validator = (
  value: unknown,
  context: ValidationContext,
) => ErrorDetail | undefined | Promise<ErrorDetail | undefined>;

export interface FieldOptions {
  /** Whether it must be sent. Default true, unless there is a default or it is read-only. */
  readonly required?: boolean;
  readonly allowNull?: boolean;
  /** Whether it is given and never taken. */
  readonly readOnly?: boolean;
  /** Whether it is taken and never given. */
  readonly writeOnly?: boolean;
  /** What counts when nothing is sent, or a function that gives it: `currentUser`, `() => randomUUID()`. */
  readonly default?: unknown;
  /** Messages that stand instead of DRF's, by DRF's keys: `{ required: "Say who." }`; `{max_length}` and the like are filled in. */
  readonly errorMessages?: Readonly<Record<string, string>>;
  readonly label?: string;
  readonly helpText?: string;
  /** Where the value is found on a row, and goes to: a field, or through a relation `owner.username`; `*` is the row itself. Default: the field's name. */
  readonly source?: string;
  readonly validators?: readonly Validator[];
}

/** What a field says of itself besides its options. */
export type FieldBounds = Partial<
  Pick<
    FieldDescription,
    | "choices"
    | "decimalPlaces"
    | "isMultiline"
    | "maxDigits"
    | "maxLength"
    | "maxValue"
    | "minLength"
    | "minValue"
    | "fields"
  >
>;

/**
 * One value of a serializer: taken in by `parse`, given out by `represent`.
 *
 * `parse` raises ValidationError; it sees no null, and no missing value.
 */
export interface SerializerField<Input = unknown, IsRequired extends boolean = boolean, Output = unknown> {
  readonly type: FieldDescription["type"];
  readonly options: FieldOptions;
  readonly bounds?: FieldBounds;
  readonly child?: SerializerField;
  /** Whether it is neither sent nor shown: its value is always its default. */
  readonly isHidden?: true;
  /** Whether the empty text means null, as it does for DRF's relations. */
  readonly isEmptyNull?: true;
  /** How a form holds it, where it is more than one value: undefined when it is not there. */
  readonly fromForm?: (form: Form, name: string, isPartial: boolean) => unknown;
  readonly parse: (value: unknown, context: ValidationContext) => unknown;
  /** What a row's value that is not null looks like on the wire; absent where it is the same. */
  readonly represent?: (value: unknown) => unknown;
  readonly validators: readonly Validator[];
  /** Makes the field ready for a model's serializer, where it depends on the model. */
  readonly bind?: (place: FieldPlace) => SerializerField;
  /** Reads what it gives out of a row, where that is more than the value of one column. */
  readonly reader?: (place: FieldPlace) => RowReader;
  /** Whether it makes sense without a model too, though it reads rows in a way of its own. */
  readonly standsAlone?: true;
  readonly [facts]?: { readonly input: Input; readonly isRequired: IsRequired; readonly output: Output };
}

/** Where a field stands: in the serializer of a model, under a name. */
export interface FieldPlace {
  readonly registry: ModelRegistry;
  readonly meta: ModelMeta;
  readonly name: string;
}

/** The field that some options make: whether null counts, whether it must be there, and where its value goes. */
export type FieldWith<Options extends FieldOptions, Input, Output = Input> = FieldOf<Options, Input, Output> & {
  readonly options: Options;
};

/** The same, wherever its value goes. */
export type FieldOf<Options extends FieldOptions, Input, Output = Input> = SerializerField<
  Options extends { readonly readOnly: true } ? never : OrNull<Options, Input>,
  Options extends { readonly readOnly: true }
    ? false
    : Options extends { readonly required: false }
      ? Options extends { readonly default: {} | null }
        ? true
        : false
      : true,
  Options extends { readonly writeOnly: true } ? never : OrNull<Options, Output>
>;

type OrNull<Options extends FieldOptions, Value> = Options extends { readonly allowNull: true } ? Value | null : Value;

type AnyFields = Readonly<Record<string, SerializerField>>;
type Facts<F> =
  F extends SerializerField<infer Input, infer IsRequired, infer Output>
    ? { input: Input; isRequired: IsRequired; output: Output }
    : never;
type Simplify<T> = { [K in keyof T]: T[K] };
/** Where its value goes: the first part of its source, or its name. */
type Target<Name extends PropertyKey, F> = F extends { readonly options: { readonly source: infer S extends string } }
  ? S extends `${string}.${string}` | "*"
    ? never
    : S
  : Name;
type IsTaken<F, IsRequired extends boolean> = [Facts<F>["input"]] extends [never]
  ? false
  : Facts<F>["isRequired"] extends false
    ? IsRequired extends false
      ? true
      : false
    : IsRequired;

/** Values by field name, as a serializer's fields take them in. */
export type ValidatedData<Fields extends AnyFields> = Simplify<
  {
    readonly [
      Name in keyof Fields as IsTaken<Fields[Name], true> extends true ? Target<Name, Fields[Name]> : never
    ]: Facts<Fields[Name]>["input"];
  } & {
    readonly [
      Name in keyof Fields as IsTaken<Fields[Name], false> extends true ? Target<Name, Fields[Name]> : never
    ]?: Facts<Fields[Name]>["input"];
  }
>;

/** Values by field name, as a serializer's fields give them out. */
export type RepresentedData<Fields extends AnyFields> = {
  readonly [Name in keyof Fields as [Facts<Fields[Name]>["output"]] extends [never] ? never : Name]: Facts<
    Fields[Name]
  >["output"];
};

/** Makes the refusal of a value: DRF's text for the key, or what the field's options say instead of it. */
export function failure(
  { errorMessages }: Pick<FieldOptions, "errorMessages">,
  key: string,
  text: string,
  parameters: Readonly<Record<string, unknown>> = {},
): ValidationError {
  return new ValidationError(messageOf({ errorMessages: errorMessages ?? {} }, key, text, parameters));
}

/** The message for a key with its parameters filled in. */
export function messageOf(
  { errorMessages }: Pick<FieldOptions, "errorMessages">,
  key: string,
  text: string,
  parameters: Readonly<Record<string, unknown>> = {},
): string {
  const template = errorMessages?.[key] ?? text;
  return template.replace(/\{(\w+)\}/g, (all, name: string) =>
    Object.hasOwn(parameters, name) ? String(parameters[name]) : all,
  );
}

export const requiredMessage = "This field is required.";
export const nullMessage = "This field may not be null.";
