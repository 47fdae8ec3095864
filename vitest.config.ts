import { defineConfig } from "vitest/config";

// `npm run test:full` adds what is long or asks for more than npm: real loads, a root file system, Debian's tools.
const isFull = process.env["TEST_FULL"] === "1";

/** What asks a database anything runs on PostgreSQL too. */
const onDatabase = [
  "{accounts,application,auth,conformance,models,policies,serializers,views}/**",
  "database/postgresql/**",
  "migrations/**/{copy-rows,dependents,fills,indexes,inspect-database,inspect-users,many-processes,migration-sql}",
  "migrations/**/{not-atomic,own-sql,random-changes,renames,rules,several-apps,step-by-step,user-table}",
  "{differences,any-text}",
];

export default defineConfig({
  test: {
    // Files share a process: importing the framework anew for each took a third of the time.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "sqlite",
          include: ["packages/*/test/**/*.test.ts", "starter/**/*.test.ts", "bench/**/*.test.ts"],
          exclude: [
            "**/node_modules/**",
            "**/database/postgresql/**",
            "**/copy-rows.test.ts",
            ...(isFull ? [] : ["**/test/full/**"]),
          ],
          setupFiles: ["packages/drf-auth/test/fixtures/use-sqlite.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "postgresql",
          include: onDatabase.map(
            (files) => `packages/drf-auth/test/${files}${files.endsWith("**") ? "/*" : ""}.test.ts`,
          ),
          exclude: ["**/node_modules/**", "**/auth/passwords/**"],
          globalSetup: ["packages/drf-auth/test/fixtures/on-postgresql.ts"],
          setupFiles: ["packages/drf-auth/test/fixtures/use-postgresql.ts"],
        },
      },
    ],
  },
});
