import { parseArgs } from "node:util";

/** What was asked for on the command line; undefined leaves it to the section. */
export interface BenchOptions {
  readonly section: string;
  readonly rounds: number | undefined;
  readonly seconds: number | undefined;
  readonly connections: number | undefined;
  readonly route: string | undefined;
}

/** A command line that cannot be understood. */
export class UsageError extends Error {}

/**
 * Reads the command line; undefined when help is asked for.
 *
 * @throws {UsageError} when it names something that is not there.
 */
export function readOptions(words: readonly string[], sections: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parse(words);
  if (values.help) return undefined;
  const [section = "routes", ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`One section at a time, or all; also given: ${rest.join(", ")}.`);
  if (section !== "all" && !sections.includes(section)) {
    throw new UsageError(`There is no section "${section}"; there are ${sections.join(", ")} and all.`);
  }
  return {
    section,
    rounds: wholeNumber("--rounds", values.rounds),
    seconds: wholeNumber("--seconds", values.seconds),
    connections: wholeNumber("--connections", values.connections),
    route: values.route,
  };
}

function parse(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        rounds: { type: "string" },
        seconds: { type: "string" },
        connections: { type: "string" },
        route: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${name} is a whole number from 1 on, not "${text}".`);
  return Number(text);
}
