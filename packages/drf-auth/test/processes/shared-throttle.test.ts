import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { freePort } from "./running.ts";

const serve = fileURLToPath(new URL("../conformance/serve.ts", import.meta.url));

test("two workers share one count: of thirty requests on connections of their own three are let through", async () => {
  const port = await freePort();
  const server = spawn(process.execPath, [serve], {
    env: { ...process.env, PORT: String(port), WORKERS: "2", DATABASE_URL: "", KEEP_DATABASE: "" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    await once(server.stdout, "data");
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        fetch(`http://127.0.0.1:${port}/api/v1/ping/`, { headers: { connection: "close" } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(27);
    const waits = answers.flatMap(({ headers }) => headers.get("retry-after") ?? []).map(Number);
    expect(waits.every((seconds) => seconds > 0 && seconds <= 60)).toBe(true);
  } finally {
    server.kill("SIGTERM");
    await once(server, "exit");
  }
});
