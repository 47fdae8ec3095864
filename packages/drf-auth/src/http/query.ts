/** A query string, read when first asked; the last value counts where a name comes more than once. */
export class Query {
  /** As sent, without the question mark. */
  readonly text: string;
  #parsed: URLSearchParams | undefined;

  constructor(text: string) {
    this.text = text;
  }

  get(name: string): string | undefined {
    return this.text === "" ? undefined : this.#all.getAll(name).at(-1);
  }

  has(name: string): boolean {
    return this.text !== "" && this.#all.has(name);
  }

  getAll(name: string): readonly string[] {
    return this.text === "" ? [] : this.#all.getAll(name);
  }

  /** The same query with names set, or left out where the value is undefined; names sorted, as DRF's page links are. */
  with(parameters: Readonly<Record<string, string | undefined>>): string {
    const changed = new URLSearchParams(this.#all);
    for (const [name, value] of Object.entries(parameters)) {
      changed.delete(name);
      if (value !== undefined) changed.set(name, value);
    }
    changed.sort();
    // Python's urlencode keeps the tilde and writes the star as %2A; URLSearchParams has it the other way round.
    return changed.toString().replaceAll("%7E", "~").replaceAll("*", "%2A");
  }

  get #all(): URLSearchParams {
    this.#parsed ??= new URLSearchParams(this.text);
    return this.#parsed;
  }
}
