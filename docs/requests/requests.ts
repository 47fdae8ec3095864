/** One request that a person sends by hand to the starter, and what it is answered. */
export interface ManualRequest {
  readonly name: string;
  readonly method: "DELETE" | "GET" | "OPTIONS" | "PATCH" | "POST" | "PUT";
  /** `{{name.field}}` stands for a field of an earlier answer, by the name under which that was kept. */
  readonly path: string;
  readonly json?: Readonly<Record<string, unknown>>;
  readonly auth?: "basic" | "bearer";
  /** The name under which its answer is kept. */
  readonly keep?: string;
  /** The fields of its answer that others use. */
  readonly fields?: readonly string[];
  readonly status: number;
}

/** Every way to call the starter, in an order in which they may be sent again and again. */
export const requests: readonly ManualRequest[] = [
  {
    name: "Obtain tokens",
    method: "POST",
    path: "/api/token/",
    json: { username: "{{username}}", password: "{{password}}" },
    keep: "login",
    fields: ["access", "refresh"],
    status: 200,
  },
  { name: "Who am I, by token", method: "GET", path: "/api/v1/me/", auth: "bearer", status: 200 },
  { name: "Who am I, by Basic", method: "GET", path: "/api/v1/me/", auth: "basic", status: 200 },
  { name: "Who am I, without either", method: "GET", path: "/api/v1/me/", status: 401 },
  { name: "The resources", method: "GET", path: "/api/v1/", status: 200 },
  {
    name: "Create a word",
    method: "POST",
    path: "/api/v1/words/",
    auth: "bearer",
    json: { text: "brave", synonym: "bold", antonym: "timid" },
    keep: "word",
    fields: ["id"],
    status: 201,
  },
  {
    name: "Create it again: a validation error",
    method: "POST",
    path: "/api/v1/words/",
    auth: "bearer",
    json: { text: "brave" },
    status: 400,
  },
  { name: "Create without a token", method: "POST", path: "/api/v1/words/", json: { text: "shy" }, status: 401 },
  { name: "List, five a page", method: "GET", path: "/api/v1/words/?page_size=5", status: 200 },
  { name: "Search", method: "GET", path: "/api/v1/words/?search=bold", status: 200 },
  { name: "Filter", method: "GET", path: "/api/v1/words/?text__icontains=rav", status: 200 },
  { name: "Order", method: "GET", path: "/api/v1/words/?ordering=-text", status: 200 },
  { name: "My words", method: "GET", path: "/api/v1/words/mine/", auth: "bearer", status: 200 },
  { name: "One word", method: "GET", path: "/api/v1/words/{{word.id}}/", status: 200 },
  { name: "One word, by its ending", method: "GET", path: "/api/v1/words/{{word.id}}.json", status: 200 },
  {
    name: "Replace it",
    method: "PUT",
    path: "/api/v1/words/{{word.id}}/",
    auth: "bearer",
    json: { text: "brave", synonym: "gallant", antonym: "timid" },
    status: 200,
  },
  {
    name: "Change some of it",
    method: "PATCH",
    path: "/api/v1/words/{{word.id}}/",
    auth: "bearer",
    json: { definition: "Not afraid." },
    status: 200,
  },
  {
    name: "Swap its synonym and antonym",
    method: "POST",
    path: "/api/v1/words/{{word.id}}/swap/",
    auth: "bearer",
    status: 200,
  },
  { name: "What may be sent", method: "OPTIONS", path: "/api/v1/words/", auth: "bearer", status: 200 },
  { name: "Delete it", method: "DELETE", path: "/api/v1/words/{{word.id}}/", auth: "bearer", status: 204 },
  { name: "It is gone", method: "GET", path: "/api/v1/words/{{word.id}}/", status: 404 },
  {
    name: "Left-join two maps",
    method: "POST",
    path: "/api/v1/left-join/",
    json: { left: { fond: "enamored", garb: "outfit" }, right: { fond: "averse" } },
    status: 200,
  },
  {
    name: "Verify the token",
    method: "POST",
    path: "/api/token/verify/",
    json: { token: "{{login.access}}" },
    status: 200,
  },
  {
    name: "Refresh the tokens",
    method: "POST",
    path: "/api/token/refresh/",
    json: { refresh: "{{login.refresh}}" },
    keep: "renewed",
    fields: ["access", "refresh"],
    status: 200,
  },
  {
    name: "Log out: refuse the refresh token from now on",
    method: "POST",
    path: "/api/token/blacklist/",
    json: { refresh: "{{renewed.refresh}}" },
    status: 200,
  },
  {
    name: "It is refused",
    method: "POST",
    path: "/api/token/refresh/",
    json: { refresh: "{{renewed.refresh}}" },
    status: 401,
  },
];
