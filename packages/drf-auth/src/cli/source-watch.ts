import { type FSWatcher, watch } from "node:fs";
import { sep } from "node:path";

/** An editor that saves writes more than once, and a person saves more than one file. */
const settleMilliseconds = 100;
const SOURCE = /\.(?:[cm]?[jt]s|json)$/;

/**
 * Calls back with the names of files that changed in a folder and below it, once they have been left alone for a moment:
 * TypeScript, JavaScript and JSON, but not in node_modules and not where a name begins with a dot.
 */
export function watchSource(folder: string, onChange: (names: readonly string[]) => void): FSWatcher {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(folder, { recursive: true, ignore: isIgnored }, (_event, name) => {
    if (name === null || isIgnored(name) || !SOURCE.test(name)) return;
    changed.add(name);
    clearTimeout(timer);
    timer = setTimeout(() => {
      const names = [...changed].toSorted();
      changed.clear();
      onChange(names);
    }, settleMilliseconds);
  });
  watcher.once("close", () => clearTimeout(timer));
  return watcher;
}

function isIgnored(name: string): boolean {
  return name.split(sep).some((part) => part === "node_modules" || part.startsWith("."));
}
