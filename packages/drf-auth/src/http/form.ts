/** A file that came with a form. */
export interface UploadedFile {
  readonly filename: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export type FormValue = string | UploadedFile;

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
