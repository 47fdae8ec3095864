let isDone = false;

/** Keeps the process alive when whoever read its output is gone: a server does not end because its log cannot be read. */
export function outliveClosedOutput(): void {
  if (isDone) return;
  isDone = true;
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
}
