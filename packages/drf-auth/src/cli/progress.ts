import type { Terminal } from "./terminal.ts";

const barWidth = 30;
const millisecondsBetweenLines = 3000;

/** Is told how much of something is done. */
export type Progress = (what: string, done: number, all: number) => void;

/** A bar that grows at a terminal; elsewhere a line every few seconds, and where it `saysEach` one for each that is done. */
export function progressOn(terminal: Terminal, unit: string, { saysEach }: { readonly saysEach: boolean }): Progress {
  let lastLine = performance.now();
  return (what, done, all) => {
    if (terminal.isInteractive) {
      const filled = Math.round((done / Math.max(1, all)) * barWidth);
      const bar = `${"█".repeat(filled)}${"░".repeat(barWidth - filled)}`;
      process.stdout.write(`\r${what.padEnd(36)} ${bar} ${done}/${all}${done >= all ? "\n" : ""}`);
      return;
    }
    const isDone = done >= all;
    if (isDone ? !saysEach : performance.now() - lastLine < millisecondsBetweenLines) return;
    lastLine = performance.now();
    terminal.say(isDone ? `${what}: ${done} ${unit}` : `${what}: ${done} of ${all} ${unit}`);
  };
}
