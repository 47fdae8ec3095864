import type { IncomingMessage } from "node:http";
import { Busboy } from "@fastify/busboy";
import { ContentTooLarge, ParseError } from "../errors.ts";
import { Form, type FormValue, ReceivedFile } from "./form.ts";
import { maxFormFields } from "./form-parser.ts";
import type { StreamParser } from "./parser.ts";
import type { ReceivedFiles } from "./received-files.ts";

/** As Django's DATA_UPLOAD_MAX_NUMBER_FILES. */
const maxFiles = 100;

export interface MultipartLimits {
  /** How large all fields together may be without the files, in bytes: as Django's DATA_UPLOAD_MAX_MEMORY_SIZE. */
  readonly maxFieldsBytes: number;
  /** How large the whole body may be, files included, in bytes. */
  readonly maxUploadBytes: number;
}

/** Makes the parser of `multipart/form-data` (RFC 7578); files go to the disk as they come. */
export function multipartParserOf(limits: MultipartLimits): StreamParser {
  return Object.freeze({
    mediaType: "multipart/form-data",
    async read(message, mediaType, files) {
      const boundary = mediaType.parameters.get("boundary");
      if (!boundary) throw new ParseError("Multipart form parse error - Invalid boundary in multipart: None");
      const { maxUploadBytes } = limits;
      if (Number(message.headers["content-length"] ?? 0) > maxUploadBytes) throw new ContentTooLarge(maxUploadBytes);
      const parts = await readParts(message, boundary, limits, files);
      const form = new Form();
      for (const [name, value] of parts) form.append(name, await value);
      return form;
    },
  } satisfies StreamParser);
}

type Part = readonly [name: string, value: FormValue | Promise<FormValue>];

function readParts(
  message: IncomingMessage,
  boundary: string,
  { maxFieldsBytes, maxUploadBytes }: MultipartLimits,
  files: ReceivedFiles,
): Promise<readonly Part[]> {
  const parts: Part[] = [];
  let size = 0;
  let fieldsBytes = 0;
  return new Promise((resolve, reject) => {
    const busboy = new Busboy({
      headers: { "content-type": `multipart/form-data; boundary="${boundary.replace(/["\\]/g, "\\$&")}"` },
      // As Django: a part is a file by its filename; an empty one, which a browser sends for no file, is text.
      isPartAFile: (_name, _type, filename) => Boolean(filename),
      limits: { fields: maxFormFields, files: maxFiles, fieldSize: maxFieldsBytes + 1, fileSize: maxUploadBytes },
    });
    const stop = (error: unknown): void => {
      message.off("data", count).off("close", end).unpipe(busboy);
      // What still comes is read and thrown away, so that the answer reaches who is still sending.
      message.resume();
      busboy.destroy();
      reject(error);
    };
    const refuse = (why: unknown): void => {
      const text = why instanceof Error ? why.message : String(why);
      stop(new ParseError(`Multipart form parse error - ${text}`, { cause: why }));
    };
    const count = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > maxUploadBytes) stop(new ContentTooLarge(maxUploadBytes));
    };
    const end = (): void => {
      if (!message.readableEnded) stop(new ParseError("The request ended before its body did."));
    };
    busboy.on("field", (name, value) => {
      fieldsBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
      if (fieldsBytes > maxFieldsBytes) stop(new ContentTooLarge(maxFieldsBytes));
      else parts.push([name, value]);
    });
    busboy.on("file", (name, stream, filename, _encoding, mediaType) => {
      const taken = files.take(stream).then((file) => new ReceivedFile({ filename, mediaType, ...file }));
      // Whoever waits for the parts is told; nobody waits where the body was refused before.
      taken.catch(stop);
      parts.push([name, taken]);
    });
    busboy.on("fieldsLimit", () => refuse(`more than ${maxFormFields} fields`));
    busboy.on("filesLimit", () => refuse(`more than ${maxFiles} files`));
    busboy.on("error", (error) => (size === 0 ? resolve([]) : refuse(error)));
    busboy.on("finish", () => resolve(parts));
    message.on("data", count).on("close", end).pipe(busboy);
  });
}
