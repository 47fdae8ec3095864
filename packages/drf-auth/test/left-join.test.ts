import { describe, expect, test } from "vitest";
import { leftJoin } from "../src/left-join.ts";

const synonyms = { fond: "enamored", wrath: "anger", diligent: "employed", outfit: "garb", guide: "usher" };
const antonyms = { fond: "averse", wrath: "delight", diligent: "idle", guide: "follow", flow: "jam" };
const mapOf = <Value>(entries: Readonly<Record<string, Value>>) => new Map(Object.entries(entries));

const ways: [string, () => unknown][] = [
  ["two maps", () => leftJoin(mapOf(synonyms), mapOf(antonyms))],
  ["two objects", () => leftJoin(synonyms, antonyms)],
  ["a map and an object", () => leftJoin(mapOf(synonyms), antonyms)],
  ["an object and a map", () => leftJoin(synonyms, mapOf(antonyms))],
];

describe("leftJoin", () => {
  test.each(ways)("joins synonyms with antonyms, given as %s", (_, joined) => {
    expect(joined()).toEqual([
      ["fond", "enamored", "averse"],
      ["wrath", "anger", "delight"],
      ["diligent", "employed", "idle"],
      ["outfit", "garb", null],
      ["guide", "usher", "follow"],
    ]);
  });

  test("gives no row where the left is empty", () => {
    expect(leftJoin({}, antonyms)).toEqual([]);
    expect(leftJoin(new Map(), mapOf(antonyms))).toEqual([]);
    expect(leftJoin({}, {})).toEqual([]);
  });

  test("gives null for every key where the right is empty", () => {
    expect(leftJoin({ a: 1, b: 2 }, {})).toEqual([
      ["a", 1, null],
      ["b", 2, null],
    ]);
    expect(leftJoin(new Map([["a", 1]]), new Map())).toEqual([["a", 1, null]]);
  });

  test("keeps right values that are false, zero, empty or NaN", () => {
    const left = { a: 1, b: 1, c: 1, d: 1 };
    const right = { a: false, b: 0, c: "", d: Number.NaN };
    for (const side of [right, mapOf<unknown>(right)]) {
      expect(leftJoin(left, side).map(([, , value]) => value)).toEqual([false, 0, "", Number.NaN]);
    }
  });

  test("joins undefined and null of the right as null, and keeps them on the left", () => {
    const nothing = { a: undefined, b: null };
    const rows = [
      ["a", undefined, null],
      ["b", null, null],
    ];
    expect(leftJoin(nothing, nothing)).toStrictEqual(rows);
    expect(leftJoin(mapOf<null | undefined>(nothing), mapOf<null | undefined>(nothing))).toStrictEqual(rows);
  });

  test.each(["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "get", "has", "size"])(
    "takes the key %s for data",
    (key) => {
      const own = JSON.parse(`{"${key}": "own"}`) as Record<string, string>;
      expect(leftJoin(own, {})).toEqual([[key, "own", null]]);
      expect(leftJoin(own, own)).toEqual([[key, "own", "own"]]);
      expect(leftJoin(new Map([[key, "left"]]), {})).toEqual([[key, "left", null]]);
      expect(leftJoin(new Map([[key, "left"]]), own)).toEqual([[key, "left", "own"]]);
      expect(leftJoin(own, new Map())).toEqual([[key, "own", null]]);
    },
  );

  test("takes objects without a prototype", () => {
    const bare = Object.assign(Object.create(null) as Record<string, string>, { a: "x" });
    expect(leftJoin(bare, bare)).toEqual([["a", "x", "x"]]);
  });

  test("sees own enumerable string keys alone, on either side", () => {
    const odd = Object.create({ inherited: 1 }) as Record<string, number>;
    Object.defineProperty(odd, "hidden", { value: 2 });
    Object.assign(odd, { [Symbol("symbol")]: 3, own: 4 });
    expect(leftJoin(odd, {})).toEqual([["own", 4, null]]);
    expect(leftJoin({ inherited: 0, hidden: 0, own: 0 }, odd)).toEqual([
      ["inherited", 0, null],
      ["hidden", 0, null],
      ["own", 0, 4],
    ]);
  });

  test("keeps the order of a map, and that of Object.entries", () => {
    const keys = ["b", "10", "a", "9"];
    const object = Object.fromEntries(keys.map((key) => [key, key]));
    expect(leftJoin(new Map(Object.entries(object).toReversed()), {}).map(([key]) => key)).toEqual([
      "a",
      "b",
      "10",
      "9",
    ]);
    expect(leftJoin(object, {}).map(([key]) => key)).toEqual(["9", "10", "b", "a"]);
  });

  test("joins maps by any kind of key, as maps compare them", () => {
    const key = { id: 1 };
    const left = new Map<unknown, string>([
      [1, "number"],
      ["1", "text"],
      [key, "object"],
      [{ id: 1 }, "its double"],
      [Number.NaN, "not a number"],
      [null, "null"],
    ]);
    const right = new Map<unknown, string>([
      [1, "a"],
      [key, "b"],
      [Number.NaN, "c"],
    ]);
    expect(leftJoin(left, right).map(([, , value]) => value)).toEqual(["a", null, "b", null, "c", null]);
  });

  test("changes neither side and gives rows of its own", () => {
    const left = Object.freeze({ a: Object.freeze({ n: 1 }) });
    const right = new Map([["a", 2]]);
    const rows = leftJoin(left, right);
    rows[0]?.fill(null as never);
    rows.length = 0;
    expect([left, right]).toEqual([{ a: { n: 1 } }, new Map([["a", 2]])]);
    expect(leftJoin(left, right)[0]?.[1]).toBe(left.a);
  });

  test("looks the right up once for each key of the left, and never walks over it", () => {
    let lookups = 0;
    const right = new Proxy({} as Record<string, number>, {
      getOwnPropertyDescriptor: () => void (lookups += 1),
      ownKeys: () => expect.unreachable("the right was walked over"),
    });
    expect(leftJoin({ a: 1, b: 2, c: 3 }, right)).toHaveLength(3);
    expect(lookups).toBe(3);
  });

  test("takes time in proportion: a million keys need no hundred times of what a hundred thousand need", () => {
    const side = (size: number) => new Map(Array.from({ length: size }, (_, index) => [`key ${index}`, index]));
    const [small, large] = [side(100_000), side(1_000_000)];
    const milliseconds = (entries: Map<string, number>) => {
      const started = performance.now();
      expect(leftJoin(entries, entries)).toHaveLength(entries.size);
      return performance.now() - started;
    };
    const least = Math.min(...Array.from({ length: 5 }, () => milliseconds(small)));
    expect(milliseconds(large)).toBeLessThan(Math.max(least, 5) * 100);
  });
});
