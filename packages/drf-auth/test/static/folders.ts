import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { resolveStaticPlaces, type StaticPlaces, type StaticSettings } from "../../src/static/index.ts";

/** A project's folder with static files, which is removed by its `remove`. */
export interface StaticProject {
  readonly path: string;
  readonly places: StaticPlaces;
  write(files: Readonly<Record<string, string | Buffer>>): void;
  remove(): void;
}

export function staticProject(
  files: Readonly<Record<string, string | Buffer>> = {},
  settings: Partial<StaticSettings> = {},
): StaticProject {
  const path = mkdtempSync(join(tmpdir(), "drf-auth-static-"));
  const write = (more: typeof files): void => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), content);
    }
  };
  write(files);
  return {
    path,
    places: resolveStaticPlaces(settings, path),
    write,
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
