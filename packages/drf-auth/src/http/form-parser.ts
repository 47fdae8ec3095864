import { ParseError } from "../errors.ts";
import { type Charset, charsetOf } from "./charset.ts";
import { Form } from "./form.ts";
import type { BodyParser } from "./parser.ts";

/** As Django's DATA_UPLOAD_MAX_NUMBER_FIELDS. */
export const maxFormFields = 1000;

/** Reads `application/x-www-form-urlencoded`. */
export const formParser: BodyParser = Object.freeze({
  mediaType: "application/x-www-form-urlencoded",
  parse(body, mediaType) {
    const charset = charsetOf(mediaType);
    const form = new Form();
    let count = 0;
    for (const [name, value] of pairs(textOf(body, charset), charset)) {
      count += 1;
      if (count > maxFormFields) throw new ParseError(`Form parse error - more than ${maxFormFields} fields`);
      form.append(name, value);
    }
    return form;
  },
} satisfies BodyParser);

/** Forms are ASCII by their rules; bytes that are not of the charset are read as Latin-1, as Django does. */
function textOf(body: Buffer, charset: Charset): string {
  try {
    return charset.decode(body, true);
  } catch {
    return body.toString("latin1");
  }
}

function pairs(text: string, charset: Charset): Iterable<readonly [string, string]> {
  if (charset.name === "utf-8") return new URLSearchParams(text);
  // URLSearchParams reads escapes as UTF-8 alone.
  return text
    .split("&", maxFormFields + 1)
    .filter((part) => part !== "")
    .map((part) => {
      const at = part.includes("=") ? part.indexOf("=") : part.length;
      return [unescaped(part.slice(0, at), charset), unescaped(part.slice(at + 1), charset)] as const;
    });
}

function unescaped(text: string, charset: Charset): string {
  return text
    .replaceAll("+", " ")
    .replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
      charset.decode(Buffer.from(escapes.replaceAll("%", ""), "hex"), false),
    );
}
