import { run } from "../../src/cli/index.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { root } from "../processes/running.ts";

export interface Ran {
  readonly code: number;
  readonly said: string;
  readonly complained: string;
}

/** Runs a command line in this process, without a terminal. */
export async function command(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  currentFolder: string = root,
): Promise<Ran> {
  const said: string[] = [];
  const complained: string[] = [];
  const terminal: Terminal = {
    environment,
    currentFolder,
    isInteractive: false,
    say: (line) => void said.push(line),
    complain: (line) => void complained.push(line),
  };
  const code = await run(words, terminal);
  return { code, said: said.join("\n"), complained: complained.join("\n") };
}
