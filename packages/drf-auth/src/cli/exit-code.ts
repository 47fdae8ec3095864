/** The exit code of an error: its own where it has one, else 1. */
export function exitCodeOf(error: unknown): number {
  const isOwn = error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";
  return isOwn ? (error.exitCode as number) : 1;
}
