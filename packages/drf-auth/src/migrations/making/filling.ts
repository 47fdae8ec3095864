import { isIP } from "node:net";
import { readJson } from "../../http/index.ts";
import { fieldKinds, parseDecimal } from "../../models/index.ts";
import type { FieldState, Fill } from "../operations.ts";

/** What a column may be filled with, on either database. */
export interface Filling {
  /** What is right, as a sentence goes on: "write true or false". */
  readonly takes: string;
  /** The value that a text stands for; undefined where it stands for none. */
  readonly read: (text: string) => Fill | undefined;
  readonly isRight: (fill: Fill) => boolean;
}

/** Says what a column may be filled with; `keyOf` gives the key of a model to which a relation leads. */
export function fillingOf(field: FieldState, keyOf: (model: string) => FieldState): Filling {
  if (field.to !== undefined) return { ...fillingOf(keyOf(field.to), keyOf), takes: `the key of a row of ${field.to}` };
  const { kind, maxLength = 255 } = field;
  const bounds = wholeBounds[kind];
  if (bounds) return wholeNumber(...bounds, fieldKinds[kind].isWide === true);
  if (fieldKinds[kind].isText) return text(kind === "text" ? Infinity : maxLength);
  switch (kind) {
    case "boolean":
      return {
        takes: "true or false",
        read: (given) => (given === "true" || given === "false" ? given === "true" : undefined),
        isRight: (fill) => typeof fill === "boolean",
      };
    case "float":
      return {
        takes: "a number, such as 1.5",
        read: (given) => (given.trim() === "" ? undefined : Number(given)),
        isRight: (fill) => typeof fill === "number" && Number.isFinite(fill),
      };
    case "decimal":
      return decimal(field);
    case "json":
      return { takes: "JSON, such as {} or [], and not null", read: readJsonText, isRight: isJson };
    default:
      return {
        takes: examples[kind] ?? kind,
        read: (given) => given,
        isRight: (fill) =>
          fieldKinds[kind].toDatabase?.(fill, field) !== undefined && (kind !== "ip" || isAddress(fill)),
      };
  }
}

const examples: Readonly<Partial<Record<FieldState["kind"], string>>> = {
  date: "a day that there is, such as 2026-12-31",
  dateTime: "a time with its zone, such as 2026-12-31T23:59:00Z",
  duration: "a span of time, such as 1 02:03:04",
  ip: "an address, such as 192.0.2.1 or 2001:db8::1",
  time: "a time of day, such as 23:59:00",
  uuid: "a UUID, such as 123e4567-e89b-42d3-a456-426614174000",
};

const [small, normal, big] = [2n ** 15n, 2n ** 31n, 2n ** 63n];

const wholeBounds: Readonly<Partial<Record<FieldState["kind"], readonly [least: bigint, most: bigint]>>> = {
  auto: [-normal, normal - 1n],
  bigAuto: [-big, big - 1n],
  bigInteger: [-big, big - 1n],
  integer: [-normal, normal - 1n],
  positiveBigInteger: [0n, big - 1n],
  positiveInteger: [0n, normal - 1n],
  positiveSmallInteger: [0n, small - 1n],
  smallInteger: [-small, small - 1n],
};

function wholeNumber(least: bigint, most: bigint, isWide: boolean): Filling {
  return {
    takes: `a whole number from ${least} to ${most}`,
    read: (given) => {
      if (!/^[+-]?\d+$/.test(given)) return undefined;
      return isWide || !Number.isSafeInteger(Number(given)) ? BigInt(given.replace("+", "")) : Number(given);
    },
    isRight: (fill) =>
      (typeof fill === "bigint" || (typeof fill === "number" && Number.isSafeInteger(fill))) &&
      fill >= least &&
      fill <= most,
  };
}

function text(most: number): Filling {
  return {
    takes: Number.isFinite(most) ? `a text of at most ${most} characters` : "a text",
    read: (given) => given,
    // PostgreSQL counts characters, and stores none of the number nought.
    isRight: (fill) => typeof fill === "string" && [...fill].length <= most && !fill.includes("\0"),
  };
}

function decimal({ maxDigits = 0, decimalPlaces = 0 }: FieldState): Filling {
  return {
    takes: `a number of at most ${maxDigits} digits, ${decimalPlaces} of them after the point`,
    read: (given) => given,
    isRight: (fill) => {
      const found = typeof fill === "string" || typeof fill === "number" ? parseDecimal(String(fill)) : undefined;
      if (!found) return false;
      const digits = found.digits.replace(/(?<=\d)0+$/, "");
      const exponent = found.exponent + found.digits.length - digits.length;
      return digits === "0" || (-exponent <= decimalPlaces && digits.length + exponent <= maxDigits - decimalPlaces);
    },
  };
}

function readJsonText(given: string): Fill | undefined {
  try {
    return (readJson(given) as Fill | null) ?? undefined;
  } catch {
    return undefined;
  }
}

/** PostgreSQL stores no character of the number nought in JSON either. */
function isJson(value: unknown): boolean {
  if (typeof value === "string") return !value.includes("\0");
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "boolean" || typeof value === "bigint") return true;
  if (typeof value !== "object" || value === null) return false;
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return isPlain && Object.entries(value).every(([name, one]) => isJson(name) && (one === null || isJson(one)));
}

function isAddress(fill: Fill): boolean {
  return typeof fill === "string" && isIP(fill) !== 0 && !fill.includes("%");
}
