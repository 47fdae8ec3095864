import { expectTypeOf, test } from "vitest";
import { leftJoin } from "../../src/left-join.ts";

test("leftJoin infers the key and both values, the right one or null", () => {
  expectTypeOf(leftJoin({ a: 1 }, { b: "x" })).toEqualTypeOf<[key: string, left: number, right: string | null][]>();
  expectTypeOf(leftJoin(new Map([[1, true]]), new Map([[1, "x"]]))).toEqualTypeOf<
    [key: number, left: boolean, right: string | null][]
  >();
  expectTypeOf(leftJoin(new Map([["a", 1]]), { a: "x" })).toEqualTypeOf<
    [key: string, left: number, right: string | null][]
  >();
  expectTypeOf(leftJoin({ a: 1 }, new Map([["a", "x"]]))).toEqualTypeOf<
    [key: string, left: number, right: string | null][]
  >();
});

test("leftJoin takes no sides whose keys can never meet", () => {
  const numbers = new Map([[1, "x"]]);
  // @ts-expect-error the keys of an object are text
  expectTypeOf(leftJoin({ a: 1 }, numbers)).toBeArray();
  // @ts-expect-error the keys of the maps differ
  expectTypeOf(leftJoin(new Map([["a", 1]]), numbers)).toBeArray();
});
