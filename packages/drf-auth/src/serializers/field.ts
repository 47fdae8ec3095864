import type { FieldDescription } from "../descriptions/index.ts";
import type { ErrorDetail } from "../errors.ts";
import type { Form } from "../http/index.ts";
import type { Model, ModelMeta, QuerySet } from "../models/index.ts";

declare const facts: unique symbol;

/** What validation may look at besides the value. */
export interface ValidationContext {
  /** Whether fields may be left out: PATCH. */
  readonly isPartial: boolean;
  /** The primary key of the row that is changed; undefined when one is made. */
  readonly instanceKey: unknown;
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
  readonly default?: unknown;
  readonly label?: string;
  readonly helpText?: string;
  /** Where the value is found on a row: a field, or through a relation `owner.username`. Default: the field's name. */
  readonly source?: string;
  readonly validators?: readonly Validator[];
}

/**
 * One value of a serializer: taken in by `parse`, given out by `represent`.
 *
 * `parse` raises ValidationError; it sees no null, and no missing value.
 */
export interface SerializerField<Input = unknown, IsRequired extends boolean = boolean> {
  readonly type: FieldDescription["type"];
  readonly options: FieldOptions;
  readonly bounds?: Pick<FieldDescription, "isMultiline" | "minLength" | "maxLength" | "minValue" | "maxValue">;
  readonly child?: SerializerField;
  /** What a form's empty or missing value means, where it is not the text itself. */
  readonly emptyInForm?: (options: FieldOptions) => unknown;
  /** How a form holds it, where it is more than one value: undefined when it is not there. */
  readonly fromForm?: (form: Form, name: string) => unknown;
  readonly parse: (value: unknown, context: ValidationContext) => unknown;
  readonly validators: readonly Validator[];
  readonly [facts]?: { readonly input: Input; readonly isRequired: IsRequired };
}

/** Values by field name, as a serializer's fields take them in. */
export type ValidatedData<Fields extends Readonly<Record<string, SerializerField>>> = {
  readonly [Name in keyof Fields as Fields[Name] extends SerializerField<infer _I, false> ? never : Name]: InputOf<
    Fields[Name]
  >;
} & {
  readonly [Name in keyof Fields as Fields[Name] extends SerializerField<infer _I, false> ? Name : never]?: InputOf<
    Fields[Name]
  >;
};

type InputOf<F> = F extends SerializerField<infer Input, infer _R> ? Input : never;

export const requiredMessage = "This field is required.";
export const nullMessage = "This field may not be null.";
