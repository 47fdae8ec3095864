// Compares what drf-auth serves with the same work done by hand, section by section; each runs its servers side by side,
// in rounds that take turns, so that their ratios hold on a machine that others use too.
import { mkdtempSync, rmSync } from "node:fs";
import { constants, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { type Bench, type Section, say } from "./bench.ts";
import { type BenchOptions, readOptions, UsageError } from "./options.ts";
import { coldStart } from "./sections/cold-start.ts";
import { memory } from "./sections/memory.ts";
import { represent } from "./sections/represent.ts";
import { million } from "./sections/million.ts";
import { postgresql, routes } from "./sections/routes.ts";
import { scaling } from "./sections/scaling.ts";
import { staticFiles } from "./sections/static-files.ts";
import { canPin } from "./server.ts";

const sections: readonly Section[] = [routes, postgresql, staticFiles, scaling, memory, coldStart, represent, million];
const usage = [
  "npm run bench -- [section] [--rounds 7] [--seconds 2] [--connections 32] [--route create]",
  "",
  ...sections.map(({ name, about }) => `  ${name.padEnd(11)} ${about}`),
  `  ${"all".padEnd(11)} all of these, one after the other`,
  "",
  "Without a section: routes. --route names one route of that section. A section that takes other numbers says so.",
].join("\n");

async function runSection(section: Section, options: BenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "drf-auth-bench-"));
  await using leftovers = new AsyncDisposableStack();
  leftovers.defer(() => rmSync(folder, { recursive: true, force: true }));
  const interrupted = (signal: "SIGINT" | "SIGTERM"): void => {
    void leftovers.disposeAsync().finally(() => process.exit(128 + constants.signals[signal]));
  };
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  leftovers.defer(() => void process.off("SIGINT", interrupted).off("SIGTERM", interrupted));
  const bench: Bench = { options, folder, leftovers };
  say(`${section.name}: ${section.about}`);
  await section.run(bench);
  say();
}

try {
  const options = readOptions(
    process.argv.slice(2),
    sections.map(({ name }) => name),
  );
  if (options === undefined) {
    say(usage);
  } else {
    const place = canPin ? "" : "; servers and load share all cores";
    say(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? "?"}${place}`);
    say();
    for (const section of sections) {
      if (options.section === section.name || options.section === "all") await runSection(section, options);
    }
  }
} catch (error) {
  process.stderr.write(`${error instanceof UsageError ? `${error.message}\n\n${usage}` : (error as Error).stack}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
