import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../../src/cli/index.ts";
import { root, scratchFolder } from "../processes/running.ts";

const scratch = scratchFolder();
afterAll(() => scratch.remove());

const app = `
import {
  application, allowAny, apiView, isAuthenticated, isAuthenticatedOrReadOnly, isOwnerOrReadOnly, jwt, path, view,
} from "drf-auth";
const get = () => ({});
const isLucky = { name: "IsLucky", hasPermission: ({ query }) => { if (!query.has("luck")) throw new Error("no luck"); return true; } };
const isReadable = { name: "IsReadable", hasObjectPermission: (_request, object) => object.is_public };
const isNever = { name: "IsNever", hasPermission: async () => false };
const byUser = ({ user }) => (user.isAuthenticated ? [] : [isNever]);
export default application({
  settings: { authentication: [jwt()], permissions: [isAuthenticated] },
  models: [],
  routes: [
    path("z/", view({ name: "Z", get, post: get }), { name: "last-letter" }),
    path("a/", view({ name: "A", get, delete: get, permissions: [isAuthenticatedOrReadOnly] })),
    path("lucky/", view({ name: "Lucky", get, permissions: [isLucky] })),
    path("readable/:pk/", view({ name: "Readable", get, permissions: [isReadable] })),
    path("owned/:pk/", view({ name: "Owned", get, put: get, permissions: [isOwnerOrReadOnly("owner")] })),
    path("by-user/", view({ name: "By user", get, permissions: byUser })),
    path("closed/", view({ name: "Closed", get, authentication: [], permissions: [isNever] })),
    path("open/", apiView(["HEAD"], get, { name: "Open", permissions: [allowAny], authentication: [] })),
  ],
});
`;

beforeAll(() => {
  mkdirSync(join(scratch.path, "node_modules"));
  symlinkSync(join(root, "packages", "drf-auth"), join(scratch.path, "node_modules", "drf-auth"));
  writeFileSync(join(scratch.path, "package.json"), '{ "type": "module", "drf-auth": { "app": "app.ts" } }');
  writeFileSync(join(scratch.path, "app.ts"), app);
});

/** Runs `drf-auth routes` on the application above. */
async function shown(...options: readonly string[]): Promise<string> {
  const said: string[] = [];
  const code = await run(["routes", ...options], {
    environment: { SECRET_KEY: "k".repeat(64) },
    currentFolder: scratch.path,
    isInteractive: false,
    say: (line) => void said.push(line),
    complain: (line) => void said.push(`complaint: ${line}`),
  });
  expect(code).toBe(0);
  return said.join("\n");
}

describe("drf-auth routes", () => {
  it("shows a line a method in the order of the routes, in columns", async () => {
    const lines = (await shown()).split("\n").map((line) => line.split(/ {2,}/));
    expect(lines).toEqual([
      ["method", "path", "name", "authentication", "permissions", "token required"],
      ["GET", "/z/", "last-letter", "JWT", "IsAuthenticated", "yes"],
      ["POST", "/z/", "last-letter", "JWT", "IsAuthenticated", "yes"],
      ["GET", "/a/", "-", "JWT", "IsAuthenticatedOrReadOnly", "no"],
      ["DELETE", "/a/", "-", "JWT", "IsAuthenticatedOrReadOnly", "yes"],
      ["GET", "/lucky/", "-", "JWT", "IsLucky", "depends"],
      ["GET", "/readable/:pk/", "-", "JWT", "IsReadable", "depends"],
      ["GET", "/owned/:pk/", "-", "JWT", "IsOwnerOrReadOnly", "no"],
      ["PUT", "/owned/:pk/", "-", "JWT", "IsOwnerOrReadOnly", "yes"],
      ["GET", "/by-user/", "-", "JWT", "IsNever", "yes"],
      ["GET", "/closed/", "-", "-", "IsNever", "depends"],
      ["HEAD", "/open/", "-", "-", "AllowAny", "no"],
    ]);
  });

  it("says the same as JSON", async () => {
    const rows = JSON.parse(await shown("--json")) as object[];
    expect(rows).toHaveLength(11);
    expect(rows[3]).toEqual({
      method: "DELETE",
      path: "/a/",
      name: "",
      authentication: ["JWT"],
      permissions: ["IsAuthenticatedOrReadOnly"],
      tokenRequired: "yes",
    });
  });
});
