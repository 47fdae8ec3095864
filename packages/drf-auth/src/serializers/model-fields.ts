import { ImproperlyConfigured } from "../errors.ts";
import type { FieldMeta } from "../models/index.ts";
import type { FieldOptions, SerializerField, Validator } from "./field.ts";
import { booleanField } from "./fields/boolean-field.ts";
import { charField, emailField } from "./fields/char-field.ts";
import { dateTimeField } from "./fields/date-time-field.ts";
import { integerField } from "./fields/integer-field.ts";
import { primaryKeyField } from "./fields/primary-key-field.ts";

/** A model's field and what a serializer makes of it, as DRF's ModelSerializer does. */
export function fieldOfModel(meta: FieldMeta, validators: readonly Validator[]): SerializerField {
  const { options } = meta;
  const isReadOnly = meta.isPrimaryKey ? meta.kind === "bigAuto" || meta.kind === "auto" : options.editable === false;
  const isOptional = options.blank === true || meta.isNull || options.default !== undefined;
  const common: FieldOptions = {
    label: meta.verboseName.charAt(0).toUpperCase() + meta.verboseName.slice(1),
    ...(isReadOnly ? { readOnly: true } : { required: !isOptional }),
    ...(meta.isNull && { allowNull: true }),
    ...(options.helpText !== undefined && { helpText: options.helpText }),
    ...(validators.length > 0 && { validators }),
  };
  const text = {
    ...common,
    ...(options.blank && { allowBlank: true }),
    ...(options.maxLength !== undefined && { maxLength: options.maxLength }),
  };
  switch (meta.kind) {
    case "char":
      return charField(text);
    case "text":
      return charField({ ...text, isMultiline: true });
    case "email":
      return emailField(text);
    case "boolean":
      return booleanField(common);
    case "dateTime":
      return dateTimeField(common);
    case "auto":
    case "bigAuto":
    case "integer":
    case "smallInteger":
      return integerField(common);
    case "foreignKey":
    case "oneToOne":
      if (meta.related) return primaryKeyField(meta.related, common);
  }
  throw new ImproperlyConfigured(`No serializer field stands for ${meta.name}, a ${meta.kind}.`);
}
