import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { allowAny, include, modelSerializer, modelViewSet, QuerySet, router } from "../../../src/index.ts";
import type { LookupName } from "../../../src/models/index.ts";
import { Event } from "../../conformance/application/events.ts";
import { open, thesaurus } from "../../fixtures/thesaurus.ts";

/** Parameter, value, and how many of twelve rows django-filter 25.1 found on SQLite, or what it said. */
const rows = JSON.parse(readFileSync(new URL("date-parts.json", import.meta.url), "utf8")) as readonly [
  parameter: string,
  value: string,
  found: number | string,
][];
const lookups = [...new Set(rows.map(([parameter]) => parameter.replace("starts_at__", "") as LookupName))];
const events = modelViewSet(modelSerializer(Event, { fields: ["id", "starts_at"] }), {
  permissions: [allowAny],
  filters: { starts_at: lookups },
});

let opened: Awaited<ReturnType<typeof open>>;

beforeAll(async () => {
  opened = await open(thesaurus({}, [include("", router({ events }))]), { isSeeded: false });
  const { registry, database } = opened.project;
  const all = QuerySet.of<typeof Event>(registry.meta(Event), database);
  const first = Date.UTC(2023, 11, 27, 12, 34, 56, 789);
  for (let number = 0; number < 12; number += 1) {
    const time = new Date(first + ((number * 41 * 24 + number * 7) * 3600 + number * 13) * 1000);
    await all.insert({ title: "x", room: String(number), starts_at: time.toISOString() });
  }
});
afterAll(() => opened.close());

test("parts of a time find what django-filter finds", async () => {
  const different: unknown[] = [];
  for (const [parameter, value, found] of rows) {
    const { status, data } = await opened.client.get(`/events/?${parameter}=${encodeURIComponent(value)}`);
    const received =
      status === 200
        ? (data as readonly unknown[]).length
        : (data as Readonly<Record<string, readonly string[]>>)[parameter]?.[0];
    if (received !== found) different.push({ parameter, value, received, django: found });
  }
  expect(different).toEqual([]);
  expect(rows.length).toBeGreaterThan(150);
});

test("a query set takes the same parts, through relations too", async () => {
  const { registry, database } = opened.project;
  const all = QuerySet.of<typeof Event>(registry.meta(Event), database);
  expect(await all.filter({ starts_at__year: 2023 }).count()).toBe(1);
  expect(await all.filter({ starts_at__month__in: [1, 2, 12] }).count()).toBeGreaterThan(1);
  expect(await all.filter({ starts_at__date: "2023-12-27" }).count()).toBe(1);
});
