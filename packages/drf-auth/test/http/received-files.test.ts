import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ReceivedFiles } from "../../src/http/received-files.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "drf-auth-received-"));
  vi.stubEnv("TMPDIR", folder);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("files that still come when their request is refused are let go, and nothing of them stays", async () => {
  for (let round = 0; round < 40; round += 1) {
    const files = new ReceivedFiles();
    const taken = Array.from({ length: 40 }, () => {
      const stream = new PassThrough();
      stream.write("some of it");
      return files.take(stream);
    });
    const settled = Promise.allSettled(taken);
    await new Promise((resolve) => setTimeout(resolve, round % 5));
    await files.discard();
    expect((await settled).map(({ status }) => status)).toEqual(taken.map(() => "rejected"));
    expect(readdirSync(folder)).toEqual([]);
  }
});
