import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { finish, freePort, pathWith, root, scratchFolder } from "./running.ts";

/** What a reader runs, and what the guide says is then written; `…` stands for what varies. */
interface Step {
  readonly command: string;
  readonly expected: string | undefined;
}

const mark = "---- the end of a step ----";

function stepsOf(guide: string): Step[] {
  const steps = [...guide.matchAll(/```sh\n([^]*?)```(?:\n\n```text\n([^]*?)```)?/g)];
  return steps.map(([, command = "", expected]) => ({ command, expected }));
}

function pattern(expected: string): RegExp {
  const escaped = expected.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&").replaceAll("…", ".*");
  return new RegExp(`^${escaped}$`);
}

describe.each(globSync("docs/guides/*.md", { cwd: root }))("%s", (name) => {
  it("does what it says, in one shell, command by command", async () => {
    const scratch = scratchFolder();
    const port = await freePort();
    // The guides say 8000; here it is another.
    const steps = stepsOf(readFileSync(join(root, name), "utf8").replaceAll("8000", String(port)));
    const script = steps.map(({ command }) => `${command}printf '\\n${mark}\\n'`).join("\n");
    const { code, output, errors } = await finish("bash", ["-euc", script], {
      env: { PATH: pathWith(), TMPDIR: scratch.path },
    });
    scratch.remove();
    const written = output.split(`\n${mark}\n`);
    const differing = steps.filter(
      ({ expected }, index) => expected !== undefined && !pattern(expected.trim()).test(written[index]?.trim() ?? ""),
    );
    expect({ code, errors, differing, written: differing.length > 0 ? written : [] }).toEqual({
      code: 0,
      errors: "",
      differing: [],
      written: [],
    });
    expect(steps.length).toBeGreaterThan(0);
  });
});
