import type { BenchOptions } from "./options.ts";

/** What each section gets: what was asked for, a folder of its own, and what takes everything away again. */
export interface Bench {
  readonly options: BenchOptions;
  /** A new empty folder, removed at the end. */
  readonly folder: string;
  /** What was started and must be ended, also when the run is interrupted. */
  readonly leftovers: AsyncDisposableStack;
}

/** A part of the benchmark, chosen by its name. */
export interface Section {
  readonly name: string;
  /** What it compares, in a line of the help. */
  readonly about: string;
  readonly run: (bench: Bench) => Promise<void>;
}

/** Says a line on standard output. */
export const say = (line = ""): void => void process.stdout.write(`${line}\n`);
