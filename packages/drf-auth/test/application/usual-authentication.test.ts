import { expect, test } from "vitest";
import { apiView, application, isAuthenticated, path } from "../../src/index.ts";
import { open, thesaurusModels } from "../fixtures/thesaurus.ts";

const me = apiView(["GET"], ({ user }) => user.username, { name: "Me", permissions: [isAuthenticated] });
const app = application({ models: thesaurusModels, routes: [path("me/", me)] });
const authorization = `Basic ${Buffer.from("ada:ada-pass-123").toString("base64")}`;

test.each([
  ["development", 200],
  ["production", 401],
  ["", 401],
])("without settings Basic is taken in development alone: %j is %i", async (mode, status) => {
  await using opened = await open(app, { environment: { DRF_AUTH_MODE: mode } });
  expect((await opened.client.send("/me/", { headers: { authorization } })).status).toBe(status);
});
