/** A file that came with a form: it lies on the disk until the request is answered. */
export interface UploadedFile {
  readonly filename: string;
  /** What the client calls its type; nothing says that it is true. */
  readonly mediaType: string;
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

export type FormValue = string | UploadedFile;

/** Tells a file of a form from everything else that may be sent. */
export function isUploadedFile(value: unknown): value is UploadedFile {
  return value instanceof ReceivedFile;
}

/** A class, so that no JSON can pass for a file. */
export class ReceivedFile implements UploadedFile {
  readonly filename: string;
  readonly mediaType: string;
  readonly path: string;
  readonly size: number;

  constructor({ filename, mediaType, path, size }: UploadedFile) {
    this.filename = filename;
    this.mediaType = mediaType;
    this.path = path;
    this.size = size;
  }
}

/** A submitted form: every name may come more than once; the last value counts where one is asked for. */
export class Form {
  readonly #values = new Map<string, FormValue[]>();

  append(name: string, value: FormValue): void {
    const values = this.#values.get(name);
    if (values) values.push(value);
    else this.#values.set(name, [value]);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): FormValue | undefined {
    return this.#values.get(name)?.at(-1);
  }

  getAll(name: string): readonly FormValue[] {
    return this.#values.get(name) ?? [];
  }

  names(): readonly string[] {
    return [...this.#values.keys()];
  }
}
