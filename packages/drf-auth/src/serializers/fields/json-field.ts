import { type Form, parseJson } from "../../http/index.ts";
import { isStandardSchema, type StandardSchema } from "../../models/index.ts";
import { failure, type FieldOptions, type FieldWith } from "../field.ts";
import { checkedBySchema } from "../standard-schema.ts";

export interface JsonFieldOptions<Value = unknown> extends FieldOptions {
  /** What its values must look like. Default: any JSON. */
  readonly schema?: StandardSchema<unknown, Value>;
}

/** Any JSON, as DRF's JSONField; a form sends it as text. */
export function jsonField<Value, const Options extends JsonFieldOptions<Value>>(
  options: Options = {} as Options,
): FieldWith<Options, Value> {
  return Object.freeze({
    type: "field",
    options,
    fromForm: (form: Form, name: string) => (form.has(name) ? new JsonText(String(form.get(name))) : undefined),
    parse: (value: unknown) => {
      const json = value instanceof JsonText ? parsed(value, options) : value;
      return isStandardSchema(options.schema) ? checkedBySchema(options.schema, json) : json;
    },
    validators: options.validators ?? [],
  });
}

/** What a form sent: JSON that is yet to be read. */
class JsonText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function parsed({ text }: JsonText, options: FieldOptions): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw Object.assign(failure(options, "invalid", "Value must be valid JSON."), { cause });
  }
}
