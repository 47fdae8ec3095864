import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Runs a command with a file system of two megabytes in a folder, which only it sees; needs Linux and user namespaces. */
function onSmallDisk(folder: string, ...command: readonly string[]) {
  const mounted = 'mount -t tmpfs -o size=2m tmpfs "$0" && exec "$@"';
  return spawnSync("unshare", ["--map-root-user", "--mount", "sh", "-c", mounted, folder, ...command], {
    encoding: "utf8",
  });
}

const scratch = mkdtempSync(join(tmpdir(), "drf-auth-full-"));
const canMount = onSmallDisk(scratch, "true").status === 0;

test.skipIf(!canMount)(
  "a full disk loses nothing, is answered 503 and said in the log, and is well again without a restart",
  () => {
    const program = fileURLToPath(new URL("full-disk.ts", import.meta.url));
    const { stdout, stderr } = onSmallDisk(scratch, process.execPath, program, scratch);
    rmSync(scratch, { recursive: true });
    expect(stderr).toBe("");
    const seen = JSON.parse(stdout) as Readonly<Record<string, never>> & { readonly made: number };
    const full = `The disk is full: SQLite cannot write to ${scratch}/db.sqlite3.`;
    expect(seen).toMatchObject({
      refused: {
        status: 503,
        retryAfter: "30",
        data: { detail: "Nothing can be stored at the moment. Try again later." },
      },
      changed: 503,
      again: 201,
      keptWhenFull: seen.made - 1,
      keptAfter: seen.made,
      check: ["ok"],
    });
    expect(seen.made).toBeGreaterThan(20);
    expect(seen["log"]).toContainEqual(expect.stringContaining(full));
    expect(seen["copying"]).toContain(`The disk is full: SQLite cannot write to ${scratch}/copy.sqlite3.`);
    expect(seen["migrating"]).toContain("The disk is full");
  },
);
