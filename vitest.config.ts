import { defineConfig } from "vitest/config";

// `npm run test:full` adds what is long or asks for more than npm: real loads, a root file system, Debian's tools.
const isFull = process.env["TEST_FULL"] === "1";

export default defineConfig({
  test: {
    exclude: ["**/node_modules/**", ...(isFull ? [] : ["**/test/full/**"])],
    include: ["packages/*/test/**/*.test.ts", "starter/**/*.test.ts", "bench/**/*.test.ts"],
    // Files share a process: importing the framework anew for each took a third of the time.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
