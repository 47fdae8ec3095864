import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { application, field, include, model, modelSerializer, modelViewSet, router } from "../../../src/index.ts";
import { ApiClient, throwaway } from "../../../src/testing/index.ts";
import { postgresqlServer } from "../../fixtures/postgresql-server.ts";

const Word = model("outage.Word", { text: field.char({ maxLength: 40 }) });
const words = modelViewSet(modelSerializer(Word, { fields: ["id", "text"] }), {});

test("a server that stops under load is answered 503, and all is well again when it is back", async () => {
  // What was answered 201 must be there after a crash.
  const server = await postgresqlServer(["synchronous_commit=on", "fsync=on"]);
  const usual = process.env["TEST_DATABASE_URL"];
  process.env["TEST_DATABASE_URL"] = server.url;
  const app = application({
    settings: { authentication: [] },
    models: [Word],
    routes: [include("", router({ words }))],
  });
  const opened = await throwaway(app, { folder: "/", hasNoMigrations: true });
  const client = await ApiClient.open(opened);
  try {
    const kept: string[] = [];
    const seen = new Map<number, string | null>();
    const end = new AbortController();
    const load = async (worker: number): Promise<void> => {
      for (let count = 0; !end.signal.aborted; count += 1) {
        const text = `${worker} ${count}`;
        const { status, headers } = await client.post("/words/", { text });
        seen.set(status, headers.get("retry-after"));
        if (status === 201) kept.push(text);
        else await wait(20);
      }
    };
    const loads = [1, 2, 3, 4].map(load);
    await wait(300);
    await server.kill();
    await wait(500);
    expect((await client.get("/words/")).status).toBe(503);
    await server.start();
    await wait(700);
    end.abort();
    await Promise.all(loads);
    expect([...seen.keys()].toSorted()).toEqual([201, 503]);
    expect(seen.get(503)).toBe("3");
    const { status, data } = await client.get("/words/");
    expect(status).toBe(200);
    const stored = new Set((data as { readonly text: string }[]).map(({ text }) => text));
    expect(kept.filter((text) => !stored.has(text))).toEqual([]);
    expect(kept.length).toBeGreaterThan(20);
  } finally {
    await client.close();
    await opened.close();
    await server.remove();
    process.env["TEST_DATABASE_URL"] = usual;
  }
});
