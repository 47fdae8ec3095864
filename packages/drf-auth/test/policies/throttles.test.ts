import { describe, expect, test } from "vitest";
import {
  allowAny,
  anonThrottle,
  ImproperlyConfigured,
  path,
  scopedThrottle,
  type Throttle,
  userThrottle,
  view,
} from "../../src/index.ts";
import { HitCounter } from "../../src/server/index.ts";
import { open, thesaurus } from "../fixtures/thesaurus.ts";

const hit = (throttle: Throttle) =>
  view({ name: "Hit", permissions: [allowAny], throttles: [throttle], get: () => ({}) });

describe("a throttle", () => {
  test.each<readonly [string, Throttle, number, number]>([
    ["of addresses", anonThrottle("2/min"), 2, 5],
    ["of users", userThrottle("2/hour"), 2, 2],
    ["of a scope", scopedThrottle("hits", "2/day"), 2, 2],
  ])("%s counts who it is for", async (_name, throttle, byNobody, byAda) => {
    await using opened = await open(thesaurus({}, [path("hit/", hit(throttle))]));
    const statuses = async () => {
      const all: number[] = [];
      for (let asked = 0; asked < 5; asked += 1) all.push((await opened.client.get("/hit/")).status);
      return all.filter((status) => status === 200).length;
    };
    expect(await statuses()).toBe(byNobody);
    await opened.client.login("ada", "ada-pass-123");
    expect(await statuses()).toBe(byAda);
  });

  test("of one scope counts for all views that have it; the settings' for views without their own", async () => {
    const [one, other] = [scopedThrottle("both", "2/min"), scopedThrottle("both", "2/min")];
    const plain = view({ name: "Plain", permissions: [allowAny], get: () => ({}) });
    const app = thesaurus({ throttles: [anonThrottle("1/min")] }, [
      path("one/", hit(one)),
      path("other/", hit(other)),
      path("plain/", plain),
    ]);
    await using opened = await open(app);
    const statuses: number[] = [];
    for (const address of ["/one/", "/other/", "/one/", "/plain/", "/plain/"]) {
      statuses.push((await opened.client.get(address)).status);
    }
    expect(statuses).toEqual([200, 200, 429, 200, 429]);
  });

  test("lets no more through at once than its rate, however many ask", async () => {
    await using opened = await open(thesaurus({}, [path("hit/", hit(anonThrottle("3/min")))]));
    const answers = await Promise.all(Array.from({ length: 20 }, () => opened.client.get("/hit/")));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  });

  test.each(["", "10", "ten/min", "10/year", "-1/min", "10 / min", "1/m/m"])("of %j is refused at start", (rate) => {
    expect(() => anonThrottle(rate)).toThrow(ImproperlyConfigured);
  });

  test.each(["10/s", "10/sec", "10/minute", "10/h", "10/day", "10/D"])("of %j is understood", (rate) => {
    expect(anonThrottle(rate).name).toBe("AnonRateThrottle");
  });
});

describe("hits", () => {
  test("leave the count when their period is over, and refused ones are not counted", () => {
    let now = 0;
    const hits = new HitCounter(() => now);
    const at = (seconds: number) => {
      now = seconds;
      return hits.hit("key", 2, 60);
    };
    expect([at(0), at(10), at(20), at(59), at(60), at(61), at(70), at(71)]).toEqual([
      undefined,
      undefined,
      40,
      1,
      undefined,
      9,
      undefined,
      49,
    ]);
  });

  test("of one key do not count for another, and nothing is let through at a rate of nought", () => {
    const hits = new HitCounter(() => 0);
    expect([hits.hit("a", 1, 60), hits.hit("b", 1, 60), hits.hit("a", 1, 60), hits.hit("c", 0, 60)]).toEqual([
      undefined,
      undefined,
      60,
      60,
    ]);
  });
});
