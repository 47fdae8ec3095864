import { afterAll, beforeAll, expect, test } from "vitest";
import { apiView, basic, isAuthenticated, path } from "../../../src/index.ts";
import { open, type Opened, thesaurus } from "../../fixtures/thesaurus.ts";

const me = apiView(["GET"], ({ user }) => ({ username: user.username }), { name: "Me" });
const base64 = (text: string, encoding: "utf8" | "latin1" = "utf8"): string =>
  Buffer.from(text, encoding).toString("base64");
const ada = base64("ada:ada-pass-123");

const none = "Invalid basic header. No credentials provided.";
const spaces = "Invalid basic header. Credentials string should not contain spaces.";
const notBase64 = "Invalid basic header. Credentials not correctly base64 encoded.";
const wrong = "Invalid username/password.";
const notBasic = "Authentication credentials were not provided.";

let opened: Opened;
beforeAll(async () => {
  const settings = { authentication: [basic()], permissions: [isAuthenticated], logins: { freeFailures: 1000 } };
  opened = await open(thesaurus(settings, [path("me/", me)]));
});
afterAll(() => opened.close());

test.each([
  `Basic ${ada}`,
  `basic ${ada}`,
  `BASIC   ${ada}`,
  `Basic\t${ada}`,
  `Basic ${ada}=`,
  `Basic ${ada}====`,
  `Basic ${ada}YWRh`,
  `Basic ${ada.slice(0, 4)}!${ada.slice(4)}`,
  `Basic ${ada.slice(0, 20)}=${ada.slice(20)}`,
  `Basic ${ada}\u00e9`,
])("%j logs in, as at Django REST framework", async (authorization) => {
  expect(await opened.client.send("/me/", { headers: { authorization } })).toMatchObject({
    status: 200,
    data: { username: "ada" },
  });
});

test.each([
  ["Basic", none],
  ["basic", none],
  ["Basic a b", spaces],
  [`Basic ${ada.replace(/=+$/, "")}`, notBase64],
  [`Basic ${ada.slice(0, -1)}`, notBase64],
  [`Basic ${ada.replace(/=+$/, "")}A`, notBase64],
  ["Basic Y", notBase64],
  ["Basic YW", notBase64],
  ["Basic YWRh", notBase64],
  ["Basic !!!!", notBase64],
  ["Basic -_-_", notBase64],
  ["Basic =", notBase64],
  ["Basic ====", notBase64],
  [`Basic ${base64("ada:a:b:c")}`, wrong],
  [`Basic ${base64("ada:ada-pass-123:")}`, wrong],
  [`Basic ${base64(" ada:ada-pass-123")}`, wrong],
  [`Basic ${base64("ADA:ada-pass-123")}`, wrong],
  [`Basic ${base64("\ufeffada:ada-pass-123")}`, wrong],
  [`Basic ${base64("gone:gone-pass-123")}`, wrong],
  [`Basic ${base64("a\0da:ada-pass-123")}`, wrong],
  [`Basic ${base64("ada:")}`, wrong],
  [`Basic ${base64(":")}`, wrong],
  [`Basic ${base64("ada:\u00ff", "latin1")}`, wrong],
  [`BasicX ${ada}`, notBasic],
  [`Basic,${ada}`, notBasic],
  [`Basic\u00a0${ada}`, notBasic],
  [ada, notBasic],
  [`Bearer ${ada}`, notBasic],
])("%j is refused in the words of Django REST framework: %s", async (authorization, detail) => {
  const { status, data, headers } = await opened.client.send("/me/", { headers: { authorization } });
  expect([status, data]).toEqual([401, { detail }]);
  expect(headers.get("www-authenticate")).toBe('Basic realm="api"');
});

test.each(["utf8", "latin1"] as const)("a name and a password beyond ASCII are read in %s", async (encoding) => {
  const { auth, passwords } = opened.project;
  await auth.users.create({ username: `zoë-${encoding}`, password: await passwords.hash("plaît:il") });
  const authorization = `Basic ${base64(`zoë-${encoding}:plaît:il`, encoding)}`;
  expect((await opened.client.send("/me/", { headers: { authorization } })).data).toEqual({
    username: `zoë-${encoding}`,
  });
});

test("credentials never reach the log", async () => {
  await opened.client.send("/me/", { headers: { authorization: `Basic ${base64("ada:a-secret-word")}` } });
  expect(opened.log.join("\n")).toContain("login.failed");
  expect(opened.log.join("\n")).not.toMatch(/a-secret-word|ada-pass-123|YWRhOm/);
});
