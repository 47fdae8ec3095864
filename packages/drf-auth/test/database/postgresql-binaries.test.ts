import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { binariesForNobody, nobody } from "../fixtures/postgresql-binaries.ts";
import { temporaryFolder } from "./temporary-database.ts";

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)("programs below a folder of root's alone are copied, once, to where nobody can run them", () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o700);
  const binaries = join(folder, "native/bin");
  mkdirSync(binaries, { recursive: true });
  writeFileSync(join(binaries, "initdb"), "#!/bin/sh\necho it runs\n", { mode: 0o755 });
  const copies = temporaryFolder();
  const found = binariesForNobody(binaries, copies);
  expect(found.startsWith(copies)).toBe(true);
  const ran = spawnSync(join(found, "initdb"), { uid: nobody, gid: nobody, cwd: "/", encoding: "utf8" });
  expect(ran.stdout).toBe("it runs\n");
  expect(binariesForNobody(binaries, copies)).toBe(found);
  expect(binariesForNobody(found, copies)).toBe(found);
});

test.runIf(isRoot)("a user without a name is told why no server starts", () => {
  const module = new URL("../fixtures/postgresql-server.ts", import.meta.url).href;
  const code = `import(${JSON.stringify(module)}).then(({ postgresqlServer }) => { process.setuid(54321); return postgresqlServer(); }).catch((error) => console.log(error.message));`;
  const { stdout } = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
  expect(stdout).toContain("54321 has none in /etc/passwd");
  expect(stdout).toContain("TEST_DATABASE_URL");
});
