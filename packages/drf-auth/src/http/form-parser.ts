import { ParseError } from "../errors.ts";
import { decodeText } from "./charset.ts";
import { Form } from "./form.ts";
import type { Parser } from "./parser.ts";

/** As Django's DATA_UPLOAD_MAX_NUMBER_FIELDS. */
export const maxFormFields = 1000;

/** Reads `application/x-www-form-urlencoded`. */
export const formParser: Parser = Object.freeze({
  mediaType: "application/x-www-form-urlencoded",
  parse(body, mediaType) {
    const form = new Form();
    let count = 0;
    for (const [name, value] of new URLSearchParams(decodeText(body, mediaType, "Form"))) {
      count += 1;
      if (count > maxFormFields) throw new ParseError(`Form parse error - more than ${maxFormFields} fields`);
      form.append(name, value);
    }
    return form;
  },
} satisfies Parser);
