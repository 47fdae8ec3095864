import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from "vitest";
import {
  action,
  allowAny,
  and,
  djangoModelPermissions,
  djangoModelPermissionsOrAnonReadOnly,
  djangoObjectPermissions,
  include,
  isAdminUser,
  isAuthenticated,
  isOwnerOrReadOnly,
  modelSerializer,
  modelViewSet,
  not,
  or,
  path,
  type Permission,
  type RequestUser,
  router,
  view,
} from "../../src/index.ts";
import { Tag } from "../conformance/application/tags.ts";
import { Word } from "../conformance/application/words.ts";
import { open, query, thesaurus } from "../fixtures/thesaurus.ts";

const WordSerializer = modelSerializer(Word, { fields: ["id", "text"] });
const TagSerializer = modelSerializer(Tag, { fields: ["id", "name"] });
const says = (answer: boolean, about?: boolean): Permission => ({
  name: String(answer),
  message: "My own words.",
  hasPermission: async () => answer,
  ...(about !== undefined && { hasObjectPermission: () => about }),
});

const yes = says(true);
const no = says(false);
const cases: readonly (readonly [string, Permission, number, number])[] = [
  ["and(yes, yes)", and(yes, yes), 200, 200],
  ["and(yes, no)", and(yes, no), 403, 403],
  ["or(no, yes)", or(no, yes), 200, 200],
  ["or(no, no)", or(no, no), 403, 403],
  ["not(no)", not(no), 200, 200],
  ["not(yes)", not(yes), 403, 403],
  ["and(yes, about no object)", and(yes, says(true, false)), 200, 403],
  ["or(yes, about no object)", or(yes, says(true, false)), 200, 200],
  ["or(no for the request but for objects, yes but for no object)", or(says(false, true), says(true, false)), 200, 403],
  ["not(about no object)", not(says(false, false)), 200, 200],
  ["or(and(yes, no), not(no))", or(and(yes, no), not(no)), 200, 200],
];

describe("permissions are joined", () => {
  test.each(cases)("%s", async (_name, permission, onList, onObject) => {
    const words = modelViewSet(WordSerializer, { permissions: [permission] });
    await using opened = await open(thesaurus({}, [include("", router({ words }))]));
    await opened.client.login("ada", "ada-pass-123");
    const answers = [await opened.client.get("/words/"), await opened.client.get("/words/1/")];
    expect(answers.map(({ status }) => status)).toEqual([onList, onObject]);
    const refused = answers.filter(({ status }) => status === 403).map(({ data }) => data);
    const detail = "You do not have permission to perform this action.";
    expect(refused).toEqual(refused.map(() => ({ detail })));
  });

  test("and types know whether there is a user behind them", () => {
    modelViewSet(WordSerializer, {
      actions: {
        both: action({ detail: false, permissions: [and(allowAny, isAuthenticated)] }, ({ user }) => {
          expectTypeOf(user).toEqualTypeOf<RequestUser>();
        }),
        either: action({ detail: false, permissions: [or(isAdminUser, isAuthenticated)] }, ({ user }) => {
          expectTypeOf(user).toEqualTypeOf<RequestUser>();
        }),
        perhaps: action({ detail: false, permissions: [or(allowAny, isAuthenticated)] }, ({ user }) => {
          expectTypeOf(user.id).toEqualTypeOf<number | null>();
        }),
        no: action({ detail: false, permissions: [not(isAuthenticated)] }, ({ user }) => {
          expectTypeOf(user.id).toEqualTypeOf<number | null>();
        }),
      },
    });
  });
});

describe("Django's model permissions", () => {
  let opened: Awaited<ReturnType<typeof open>>;

  beforeAll(async () => {
    const strict = modelViewSet(TagSerializer, { permissions: [djangoModelPermissions] });
    const lenient = modelViewSet(TagSerializer, { permissions: [djangoModelPermissionsOrAnonReadOnly] });
    const owned = modelViewSet(WordSerializer, {
      permissions: [
        djangoObjectPermissions<{ readonly owner_id: number }>({
          has: ({ user }, permission, word) =>
            permission === "thesaurus.view_word" ? word.owner_id !== 1 : word.owner_id === user.id,
        }),
      ],
    });
    const plain = view({ name: "Plain", permissions: [djangoModelPermissions], post: () => ({}) });
    opened = await open(thesaurus({}, [include("", router({ strict, lenient, owned })), path("plain/", plain)]));
    // Ada may change tags and words by a group.
    await query(opened, "INSERT INTO auth_group (id, name) VALUES (1, 'editors')");
    await query(opened, "INSERT INTO auth_user_groups (user_id, group_id) VALUES (2, 1)");
    await query(
      opened,
      "INSERT INTO auth_group_permissions (group_id, permission_id) SELECT 1, id FROM auth_permission WHERE codename IN ('change_tag', 'change_word')",
    );
  });
  afterAll(() => opened.close());

  const as = async (username: string | undefined, method: string, address: string) => {
    opened.client.credentials(undefined);
    if (username !== undefined) await opened.client.login(username, `${username}-pass-123`);
    const hasBody = method !== "GET" && method !== "DELETE" && method !== "OPTIONS";
    const { status } = await opened.client.send(address, { method, ...(hasBody && { json: {} }) });
    return status;
  };

  test.each<readonly [string | undefined, string, string, number]>([
    [undefined, "GET", "/strict/", 401],
    [undefined, "GET", "/lenient/", 200],
    [undefined, "OPTIONS", "/lenient/", 200],
    [undefined, "POST", "/lenient/", 401],
    ["ada", "GET", "/strict/", 200],
    ["ada", "POST", "/strict/", 403],
    ["ada", "PATCH", "/strict/1/", 200],
    ["ada", "DELETE", "/strict/1/", 403],
    ["ben", "POST", "/strict/", 400],
    ["ben", "PATCH", "/strict/1/", 403],
    ["admin", "POST", "/strict/", 400],
    ["admin", "PATCH", "/strict/1/", 200],
    ["ada", "GET", "/owned/4/", 200],
    ["ada", "GET", "/owned/6/", 404],
    ["ada", "PATCH", "/owned/1/", 200],
    ["ada", "PATCH", "/owned/4/", 403],
    ["ada", "PATCH", "/owned/6/", 404],
    ["ben", "PATCH", "/owned/4/", 403],
  ])("%s: %s %s is %i", async (username, method, address, status) => {
    expect(await as(username, method, address)).toBe(status);
  });

  test("of a view without a model it is a mistake, which the log tells", async () => {
    expect(await as("ada", "POST", "/plain/")).toBe(500);
    expect(opened.log.join("")).toContain("this view has no model");
    expect(isOwnerOrReadOnly("owner").name).toBe("IsOwnerOrReadOnly");
  });
});
