import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ValidationError } from "../../../src/errors.ts";
import { formParser, parseJson } from "../../../src/http/index.ts";
import { jsonRenderer } from "../../../src/renderers/index.ts";
import * as serializers from "../../../src/serializers/index.ts";
import { type SerializerField, serializer, type ValidationContext } from "../../../src/serializers/index.ts";

/** A request to a serializer of one field, `value`, and what DRF 3.18.3 answered to it. */
interface Row {
  readonly options: Readonly<Record<string, unknown>>;
  readonly mode: "form" | "json";
  readonly partial?: true;
  /** The body as text: a number keeps how it was written. */
  readonly input: string;
  readonly answer:
    | "absent"
    | { readonly valid: string }
    | { readonly errors: unknown }
    /** DRF answered 500. */
    | { readonly fault: string };
}

type Factory = (options: object) => SerializerField;

/** Where ours differs on purpose, each a row of docs/differences-from-drf.md. */
const differences: Readonly<Record<string, readonly string[]>> = {
  "a whole number written as 1.0 is a whole number": ['uuidField {"value": 1.0}', 'choiceField {"value": 1.0}'],
};

const kinds = [
  "booleanField",
  "charField",
  "emailField",
  "regexField",
  "slugField",
  "urlField",
  "uuidField",
  "ipAddressField",
  "integerField",
  "bigIntegerField",
  "floatField",
  "decimalField",
  "dateTimeField",
  "dateField",
  "timeField",
  "durationField",
  "choiceField",
  "multipleChoiceField",
  "listField",
  "dictField",
  "jsonField",
] as const;

describe("answers as DRF's fields do", () => {
  it.each(kinds.map((kind) => [kind, rowsOf(kind)] as const))("%s", async (kind, rows) => {
    const isDifferent = new Set(Object.values(differences).flat());
    const different: unknown[] = [];
    for (const { options, mode, partial = false, input, answer } of rows) {
      if (isDifferent.has(`${kind} ${input}`)) continue;
      const received = await answerOf(fieldOf(kind, options), mode, input, partial);
      const wanted = typeof answer === "object" && "valid" in answer ? { valid: canonical(answer.valid) } : answer;
      // Where DRF fails, any answer is a better one.
      const isSame = JSON.stringify(received) === JSON.stringify(wanted) || isFault(wanted);
      if (!isSame) different.push({ options: JSON.stringify(options), mode, input, received, drf: wanted });
    }
    expect(different).toEqual([]);
    expect(rows.length).toBeGreaterThan(40);
  });
});

function isFault(answer: unknown): boolean {
  return typeof answer === "object" && answer !== null && "fault" in answer;
}

function rowsOf(kind: string): readonly Row[] {
  const name = kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return JSON.parse(readFileSync(new URL(`expected/${name}.json`, import.meta.url), "utf8")) as Row[];
}

function fieldOf(kind: string, options: Readonly<Record<string, unknown>>): SerializerField {
  const factory = (serializers as unknown as Readonly<Record<string, Factory>>)[kind];
  if (!factory) throw new Error(`No field is called ${kind}.`);
  const child = options["child"] as { readonly kind: string; readonly options?: Readonly<Record<string, unknown>> };
  return factory({
    ...options,
    ...(child && { child: fieldOf(child.kind, child.options ?? {}) }),
    ...(typeof options["pattern"] === "string" && { pattern: new RegExp(options["pattern"]) }),
  });
}

async function answerOf(
  field: SerializerField,
  mode: Row["mode"],
  input: string,
  isPartial: boolean,
): Promise<"absent" | { readonly valid: unknown } | { readonly errors: unknown }> {
  const mediaType = { type: "application", subtype: "x-www-form-urlencoded", parameters: new Map() };
  const data = mode === "json" ? parseJson(input) : await formParser.parse(Buffer.from(input), mediaType as never);
  try {
    const valid = await serializer({ value: field }).bound.validate(data, { ...context, isPartial });
    if (!Object.hasOwn(valid, "value")) return "absent";
    const { value } = valid;
    return { valid: canonical(rendered(value !== null && field.represent ? field.represent(value) : value)) };
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return { errors: (error.detail as Readonly<Record<string, unknown>>)["value"] };
  }
}

function rendered(value: unknown): string {
  return jsonRenderer.render(value, new Map());
}

/** JSON text with its numbers as JavaScript writes them: `2.0` is 2. */
function canonical(json: string): string {
  return rendered(parseJson(json));
}

const context: ValidationContext = {
  isPartial: false,
  instanceKey: undefined,
  objects: () => {
    throw new TypeError("No field here asks for rows.");
  },
};
