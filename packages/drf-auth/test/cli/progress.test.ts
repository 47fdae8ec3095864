import { afterEach, expect, test, vi } from "vitest";
import { progressOn } from "../../src/cli/progress.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

afterEach(() => void vi.useRealTimers());

function linesOf(saysEach: boolean, work: (told: ReturnType<typeof progressOn>) => void): readonly string[] {
  const lines: string[] = [];
  const terminal: Terminal = {
    environment: {},
    currentFolder: "/",
    isInteractive: false,
    say: (line) => void lines.push(line),
    complain: () => {},
  };
  vi.useFakeTimers({ toFake: ["performance"] });
  work(progressOn(terminal, "pages", { saysEach }));
  return lines;
}

test.each([
  [true, ["db: 41 of 100 pages", "db: 81 of 100 pages", "db: 100 pages"]],
  [false, ["db: 41 of 100 pages", "db: 81 of 100 pages"]],
])("without a terminal a long work says a line every few seconds (each that is done: %s)", (saysEach, lines) => {
  expect(
    linesOf(saysEach, (told) => {
      for (let done = 1; done <= 100; done += 1) {
        told("db", done, 100);
        vi.advanceTimersByTime(75);
      }
    }),
  ).toEqual(lines);
});
