import { Busboy } from "@fastify/busboy";
import { ContentTooLarge, ParseError } from "../errors.ts";
import { Form } from "./form.ts";
import { maxFormFields } from "./form-parser.ts";
import type { MediaType } from "./media-type.ts";
import type { Parser } from "./parser.ts";

/** As Django's DATA_UPLOAD_MAX_NUMBER_FILES. */
const maxFiles = 100;

export interface MultipartLimits {
  /** How large all fields together may be without the files, in bytes: as Django's DATA_UPLOAD_MAX_MEMORY_SIZE. */
  readonly maxFieldsBytes: number;
  /** How large the whole body may be, files included, in bytes. */
  readonly maxUploadBytes: number;
}

/** Makes the parser of `multipart/form-data` (RFC 7578); files are kept in memory, within the limit of the body. */
export function multipartParserOf({ maxFieldsBytes, maxUploadBytes }: MultipartLimits): Parser {
  return Object.freeze({
    mediaType: "multipart/form-data",
    maxBytes: maxUploadBytes,
    parse(body, mediaType) {
      if (!mediaType.parameters.get("boundary")) {
        throw new ParseError("Multipart form parse error - Invalid boundary in multipart: None");
      }
      return parse(body, mediaType, maxFieldsBytes);
    },
  } satisfies Parser);
}

function parse(body: Buffer, mediaType: MediaType, maxFieldsBytes: number): Promise<Form> {
  const form = new Form();
  const boundary = (mediaType.parameters.get("boundary") ?? "").replace(/["\\]/g, "\\$&");
  let fieldsBytes = 0;
  return new Promise((resolve, reject) => {
    const refuse = (why: unknown): void => {
      const text = why instanceof Error ? why.message : String(why);
      reject(new ParseError(`Multipart form parse error - ${text}`, { cause: why }));
    };
    try {
      const busboy = new Busboy({
        headers: { "content-type": `multipart/form-data; boundary="${boundary}"` },
        // As Django: a part is a file by its filename; an empty one, which a browser sends for no file, is text.
        isPartAFile: (_name, _type, filename) => Boolean(filename),
        limits: { fields: maxFormFields, files: maxFiles, fieldSize: body.length, fileSize: body.length },
      });
      busboy.on("field", (name, value) => {
        fieldsBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
        if (fieldsBytes > maxFieldsBytes) reject(new ContentTooLarge(maxFieldsBytes));
        else form.append(name, value);
      });
      busboy.on("file", (name, stream, filename, _encoding, type) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("error", refuse);
        stream.on("end", () => form.append(name, { filename, mediaType: type, bytes: Buffer.concat(chunks) }));
      });
      busboy.on("fieldsLimit", () => refuse(`more than ${maxFormFields} fields`));
      busboy.on("filesLimit", () => refuse(`more than ${maxFiles} files`));
      busboy.on("error", refuse);
      busboy.on("finish", () => resolve(form));
      busboy.end(body);
    } catch (error) {
      refuse(error);
    }
  });
}
