import axios, { type AxiosError, create, type InternalAxiosRequestConfig } from "axios";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

let opened: Awaited<ReturnType<typeof open>>;

beforeAll(async () => {
  // Access tokens that are over at once: every request must refresh first.
  opened = await open(thesaurus({ tokens: { accessLifetimeSeconds: -1, rotate: true } }));
});
afterAll(() => opened.close());

/** The interceptor that applications on SimpleJWT have: on 401 refresh once for all who wait, then send again. */
function clientOf(base: string) {
  const client = create({ baseURL: base });
  const tokens = { access: "", refresh: "" };
  let refreshing: Promise<void> | undefined;
  let refreshes = 0;
  const refresh = async (): Promise<void> => {
    refreshes += 1;
    const { data } = await axios.post<{ access: string; refresh?: string }>(`${base}/api/token/refresh/`, {
      refresh: tokens.refresh,
    });
    Object.assign(tokens, data);
  };
  const refreshed = async (): Promise<void> => {
    try {
      await refresh();
    } finally {
      refreshing = undefined;
    }
  };
  client.interceptors.request.use((config) => {
    if (tokens.access) config.headers.set("Authorization", `Bearer ${tokens.access}`);
    return config;
  });
  client.interceptors.response.use(undefined, async (error: AxiosError<{ code?: string }>) => {
    const config = error.config as (InternalAxiosRequestConfig & { isRetry?: boolean }) | undefined;
    const isOver = error.response?.status === 401 && error.response.data.code === "token_not_valid";
    if (!isOver || !config || config.isRetry) throw error;
    refreshing ??= refreshed();
    await refreshing;
    return client.request({ ...config, isRetry: true } as InternalAxiosRequestConfig);
  });
  const login = async (username: string): Promise<void> => {
    const { data } = await axios.post<typeof tokens>(`${base}/api/token/`, {
      username,
      password: `${username}-pass-123`,
    });
    Object.assign(tokens, data);
  };
  return { client, login, tokens, count: () => refreshes };
}

describe("axios with a refreshing interceptor", () => {
  test("refreshes once for all requests that wait, sends them again, and is told at last that it may not", async () => {
    const { client, login, count, tokens } = clientOf(opened.client.base);
    await login("ada");
    const before = tokens.refresh;
    const results = await Promise.allSettled([1, 2, 3].map((id) => client.get(`/api/v1/words/${id}/`)));
    // The new token is over at once too: a client that is refused twice gives up.
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(count()).toBe(1);
    expect(tokens.refresh).not.toBe(before);
  });

  test("goes on where its tokens live long enough", async () => {
    await using other = await open(thesaurus({ tokens: { accessLifetimeSeconds: 60 } }));
    const { client, login, count, tokens } = clientOf(other.client.base);
    await login("ada");
    tokens.access = "x.y.z";
    const answers = await Promise.all([1, 2, 3].map((id) => client.get(`/api/v1/words/${id}/`)));
    expect(answers.map(({ data }) => (data as { id: number }).id)).toEqual([1, 2, 3]);
    expect(count()).toBe(1);
    const made = await client.post("/api/v1/words/", { text: "axios" });
    expect(made.status).toBe(201);
    await expect(client.post("/api/v1/words/", { text: "axios" })).rejects.toMatchObject({
      response: { status: 400, data: { text: ["word with this text already exists."] } },
    });
  });
});

/** What react-admin's data providers for DRF send and read, by their documentation. */
describe("react-admin's data provider for DRF", () => {
  test.each([
    [
      "getList",
      "GET",
      "?page=2&page_size=5&ordering=-text",
      (data: List) => data.results.length === 5 && data.count === 25,
    ],
    [
      "getList with a filter",
      "GET",
      "?page=1&page_size=10&ordering=text&text__icontains=word0",
      (data: List) => data.count === 9,
    ],
    ["getOne", "GET", "1/", (data: { id: number }) => data.id === 1],
  ])("%s is answered as it reads it", async (_name, method, end, isRight) => {
    await using all = await open(thesaurus({ tokens: { accessLifetimeSeconds: 60 } }));
    const { status, data } = await all.client.send(`/api/v1/words/${end}`, { method });
    expect(status).toBe(200);
    expect(isRight(data as never)).toBe(true);
  });

  test("update sends the whole record back, read-only fields included", async () => {
    await using all = await open(thesaurus({ tokens: { accessLifetimeSeconds: 60 } }));
    const { client, login } = clientOf(all.client.base);
    await login("ada");
    const { data } = await client.get<Record<string, unknown>>("/api/v1/words/1/");
    const changed = await client.patch<Record<string, unknown>>("/api/v1/words/1/", { ...data, synonym: "loving" });
    expect(changed.data).toMatchObject({ id: 1, synonym: "loving", owner: "ada" });
    expect((await client.delete("/api/v1/words/1/")).status).toBe(204);
  });
});

interface List {
  readonly count: number;
  readonly results: readonly unknown[];
}
