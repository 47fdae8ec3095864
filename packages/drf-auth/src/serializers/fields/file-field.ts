import { open } from "node:fs/promises";
import { extname } from "node:path";
import { imageSize } from "image-size";
import { isUploadedFile, type UploadedFile } from "../../http/index.ts";
import { columnPath } from "../../models/index.ts";
import { failure, type FieldOptions, type FieldWith, messageOf } from "../field.ts";
import { readerOfFile } from "../readers.ts";

export interface FileFieldOptions extends FieldOptions {
  /** Whether a file of no bytes counts. Default false. */
  readonly allowEmptyFile?: boolean;
  /** Of the file's name, in characters. */
  readonly maxLength?: number;
  /** Whether its address is given out, instead of its name in the storage. Default true. */
  readonly useUrl?: boolean;
}

/** A file that comes with a multipart form, as DRF's FileField; it is given out as its address. */
export function fileField<const Options extends FileFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, UploadedFile, string | null> {
  return uploadField("file upload", options, undefined);
}

/** A file that is a picture, as DRF's ImageField. */
export function imageField<const Options extends FileFieldOptions>(
  options: Options = {} as Options,
): FieldWith<Options, UploadedFile, string | null> {
  return uploadField("image upload", options, imageProblem);
}

function uploadField<Options extends FileFieldOptions>(
  type: string,
  options: Options,
  problemOf: ((file: UploadedFile) => Promise<ImageProblem | undefined>) | undefined,
): FieldWith<Options, UploadedFile, string | null> {
  const { maxLength, useUrl = true } = options;
  const told = { required: requiredFile, ...options.errorMessages };
  return Object.freeze({
    type,
    options: { ...options, errorMessages: told },
    ...(maxLength !== undefined && { bounds: { maxLength } }),
    parse: async (value: unknown) => {
      const file = fileOf(value, options);
      const problem = await problemOf?.(file);
      if (problem) throw failure(options, problem.key, problem.text);
      return file;
    },
    reader: ({ meta, name }) =>
      readerOfFile(columnPath(meta, options.source ?? name, `The serializer of ${meta.model.name}`), useUrl),
    standsAlone: true,
    validators: options.validators ?? [],
  }) as FieldWith<Options, UploadedFile, string | null>;
}

const requiredFile = "No file was submitted.";

function fileOf(value: unknown, options: FileFieldOptions): UploadedFile {
  if (!isUploadedFile(value)) {
    const text = "The submitted data was not a file. Check the encoding type on the form.";
    throw failure(options, "invalid", text);
  }
  const { maxLength, allowEmptyFile = false } = options;
  const length = [...value.filename].length;
  if (length === 0) throw failure(options, "no_name", "No filename could be determined.");
  if (!allowEmptyFile && value.size === 0) throw failure(options, "empty", "The submitted file is empty.");
  if (maxLength !== undefined && length > maxLength) {
    const text = "Ensure this filename has at most {max_length} characters (it has {length}).";
    throw failure(options, "max_length", text, { max_length: maxLength, length });
  }
  return value;
}

interface ImageProblem {
  readonly key: string;
  readonly text: string;
}

/** The kinds that browsers show as pictures, by the ends of their names; SVG is none: it can hold script. */
const endsByType: Readonly<Record<string, readonly string[]>> = Object.freeze({
  bmp: [".bmp"],
  gif: [".gif"],
  heif: [".avif", ".heic", ".heif"],
  ico: [".ico"],
  jpg: [".jfif", ".jpe", ".jpeg", ".jpg"],
  png: [".apng", ".png"],
  tiff: [".tif", ".tiff"],
  webp: [".webp"],
});
const ends = Object.values(endsByType).flat().toSorted();

/** Their sizes stand near the beginning, behind what a camera says of itself. */
const headBytes = 512 * 1024;

async function imageProblem(file: UploadedFile): Promise<ImageProblem | undefined> {
  const type = imageType(await headOf(file));
  if (type === undefined) {
    const text = "Upload a valid image. The file you uploaded was either not an image or a corrupted image.";
    return { key: "invalid_image", text };
  }
  const end = extname(file.filename).toLowerCase();
  if (ends.includes(end)) return undefined;
  const text = "File extension “{extension}” is not allowed. Allowed extensions are: {allowed_extensions}.";
  const parameters = { extension: end.slice(1), allowed_extensions: ends.map((one) => one.slice(1)).join(", ") };
  return { key: "invalid_extension", text: messageOf({}, "invalid_extension", text, parameters) };
}

function imageType(head: Uint8Array): string | undefined {
  try {
    const { type, width, height } = imageSize(head);
    return type !== undefined && Object.hasOwn(endsByType, type) && width > 0 && height > 0 ? type : undefined;
  } catch {
    // It says so of whatever is no picture.
    return undefined;
  }
}

async function headOf({ path, size }: UploadedFile): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, headBytes)), { position: 0 });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
