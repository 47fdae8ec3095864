import { say } from "./bench.ts";

const leastWidth = 10;

/** A table that is said line by line: the first column to the left, the others to the right below their heads. */
export class Table {
  readonly #widths: readonly number[];

  constructor(...heads: readonly string[]) {
    this.#widths = heads.map((head, index) => Math.max(head.length, index === 0 ? 20 : leastWidth));
    this.row(...heads);
  }

  row(...cells: readonly string[]): void {
    const padded = cells.map((cell, index) => {
      const width = this.#widths[index] ?? leastWidth;
      return index === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    say(padded.join("  "));
  }
}
