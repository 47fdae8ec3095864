import { createHash } from "node:crypto";

/** A server would keep the plans of every statement for every connection: what comes after these is planned each time. */
const maxNames = 500;
const nameCharacters = 22;

/** The names by which a server keeps statements; one that is used by another process means the same there. */
export class StatementNames {
  readonly #names = new Map<string, string>();
  #isOn: boolean;

  constructor(isOn: boolean) {
    this.#isOn = isOn;
  }

  /** The name of a statement; undefined where it is not kept. */
  of(sql: string): string | undefined {
    if (!this.#isOn) return undefined;
    const known = this.#names.get(sql);
    if (known !== undefined || this.#names.size >= maxNames) return known;
    const name = `d${createHash("sha256").update(sql).digest("base64url").slice(0, nameCharacters)}`;
    this.#names.set(sql, name);
    return name;
  }

  /** From now on none is kept. */
  switchOff(): void {
    this.#isOn = false;
  }
}
