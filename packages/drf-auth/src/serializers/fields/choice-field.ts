import type { Form } from "../../http/index.ts";
import { failure, type FieldOptions, type FieldWith } from "../field.ts";
import { pythonText, pythonTypeName } from "../python-names.ts";

type Value = boolean | number | string;

export interface ChoiceFieldOptions extends FieldOptions {
  /** The values, alone or each with what people call it. */
  readonly choices: readonly (Value | readonly [value: Value, label: string])[];
  /** Whether the empty text counts. Default false. */
  readonly allowBlank?: boolean;
}

export interface MultipleChoiceFieldOptions extends ChoiceFieldOptions {
  /** Whether none counts. Default true. */
  readonly allowEmpty?: boolean;
}

type ChoiceOf<Options extends ChoiceFieldOptions> = Options["choices"][number] extends infer C
  ? C extends readonly [infer V, string]
    ? V
    : C
  : never;

/** One of some values, as DRF's ChoiceField; `"1"` stands for 1. */
export function choiceField<const Options extends ChoiceFieldOptions>(
  options: Options,
): FieldWith<Options, ChoiceOf<Options>> {
  const { choices, find } = choicesOf(options);
  return Object.freeze({
    type: "choice",
    options,
    bounds: { choices },
    parse: find,
    validators: options.validators ?? [],
  });
}

/** Any of some values, as DRF's MultipleChoiceField: each once. */
export function multipleChoiceField<const Options extends MultipleChoiceFieldOptions>(
  options: Options,
): FieldWith<Options, readonly ChoiceOf<Options>[]> {
  const { choices, find } = choicesOf(options);
  return Object.freeze({
    type: "multiple choice",
    options,
    bounds: { choices },
    fromForm: (form: Form, name: string) => form.getAll(name),
    parse: (value: unknown) => {
      if (!Array.isArray(value) && (typeof value !== "object" || value === null)) {
        const text = 'Expected a list of items but got type "{input_type}".';
        throw failure(options, "not_a_list", text, { input_type: pythonTypeName(value) });
      }
      // To Python an object is the list of its keys.
      const items: readonly unknown[] = Array.isArray(value) ? value : Object.keys(value);
      if (items.length === 0 && options.allowEmpty === false) {
        throw failure(options, "empty", "This selection may not be empty.");
      }
      return [...new Set(items.map(find))];
    },
    validators: options.validators ?? [],
  }) as unknown as FieldWith<Options, readonly ChoiceOf<Options>[]>;
}

function choicesOf(options: ChoiceFieldOptions) {
  const choices = options.choices.map((choice) => {
    const [value, label] = typeof choice === "object" ? choice : [choice, String(choice)];
    return { value, displayName: label };
  });
  const byText = new Map<string, Value>(choices.map(({ value }) => [pythonText(value), value]));
  const find = (value: unknown): Value => {
    if (value === "" && options.allowBlank) return "";
    const found = byText.get(pythonText(value));
    if (found !== undefined) return found;
    throw failure(options, "invalid_choice", '"{input}" is not a valid choice.', { input: pythonText(value) });
  };
  return { choices, find };
}
