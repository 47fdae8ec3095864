import { relative } from "node:path";
import type { Project } from "../application/index.ts";
import { pageAssets } from "../renderers/index.ts";
import { collectStatic, findUncollected, resolveStaticPlaces, type StaticPlaces } from "../static/index.ts";
import { findApplication, loadApplication } from "./find-application.ts";
import type { Terminal } from "./terminal.ts";

export interface CollectStaticOptions {
  readonly app?: string;
  /** Whether nothing is written, and the exit code is 1 when something would be. */
  readonly check?: boolean;
  /** Whether the files of earlier builds are removed. */
  readonly clear?: boolean;
  /** Whether nothing is written, and what would be is shown. */
  readonly dryRun?: boolean;
}

/** How long nothing is said while files are compressed. */
const silenceMilliseconds = 2000;

/** `drf-auth collectstatic`: collects static files into the folder that is served in production. */
export async function collectStaticFiles(terminal: Terminal, options: CollectStaticOptions): Promise<number> {
  // No database and no secret is needed: it runs where an image is built.
  const { environment, currentFolder } = terminal;
  const file = findApplication({ app: options.app, environment, currentFolder });
  const { settings } = await loadApplication(file);
  const places = resolveStaticPlaces(settings.static, file.folder);
  const isDryRun = options.dryRun === true || options.check === true;
  const { files, added, manifest, removed } = await collectStatic({
    places,
    assets: pageAssets,
    isDryRun,
    isCleared: options.clear === true,
    note: (line) => terminal.say(line),
    onFile: progress(terminal),
  });
  const root = relative(currentFolder, places.root) || ".";
  if (isDryRun) {
    for (const { hashedName } of added) terminal.say(`Would write ${hashedName}`);
    terminal.say(`${files.length} files; ${added.length} of them are not in ${root} yet.`);
    return options.check && added.length > 0 ? 1 : 0;
  }
  const bytes = sum(manifest?.files.map(({ size }) => size));
  const sent = sum(manifest?.files.map(({ codings, size }) => codings.br ?? codings.gzip ?? size));
  terminal.say(`Collected ${files.length} files (${sizeOf(bytes)}, compressed ${sizeOf(sent)}) in ${root}:`);
  terminal.say(`  ${added.length} written, ${files.length - added.length} there already`);
  const older = manifest?.older.length ?? 0;
  if (removed > 0) terminal.say(`  ${removed} of earlier builds removed`);
  if (older > 0) terminal.say(`  ${older} of earlier builds kept, for pages made before; --clear removes them`);
  return 0;
}

/** Says which files of the static folders a server that starts now would not serve. */
export async function sayUncollected({ folder, settings }: Project, terminal: Terminal): Promise<void> {
  const places = resolveStaticPlaces(settings.static, folder);
  const names = await findUncollected(places);
  if (names.length > 0) terminal.complain(uncollectedText(names, places));
}

function uncollectedText(names: readonly string[], { url }: StaticPlaces): string {
  const rest = names.length > 3 ? ` and ${names.length - 3} more` : "";
  const shown = names.slice(0, 3).join(", ");
  return (
    `Static files were not collected since they were written: ${shown}${rest}. Under ${url} is served what was ` +
    "collected. Run npx drf-auth collectstatic."
  );
}

/** Says now and then how far it is, so that long work does not look like none. */
function progress(terminal: Terminal): (done: number, total: number) => void {
  let saidAt = performance.now();
  return (done, total) => {
    if (done === total || performance.now() - saidAt < silenceMilliseconds) return;
    saidAt = performance.now();
    terminal.say(`… ${done} of ${total} files`);
  };
}

function sum(numbers: readonly number[] = []): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
