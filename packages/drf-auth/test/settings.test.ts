import { describe, expect, test } from "vitest";
import { ImproperlyConfigured } from "../src/errors.ts";
import { didYouMean, resolveOptions, wholeNumber } from "../src/settings.ts";

interface Options {
  readonly lifetimeSeconds: number;
  readonly audience: string | null;
  readonly isRotated: boolean;
}

const defaults: Options = Object.freeze({ lifetimeSeconds: 300, audience: "api", isRotated: true });

describe("resolveOptions", () => {
  test("takes what was given and fills in the rest", () => {
    expect(resolveOptions("tokens", defaults, { lifetimeSeconds: 60 })).toEqual({ ...defaults, lifetimeSeconds: 60 });
    expect(resolveOptions("tokens", defaults)).toEqual(defaults);
  });

  test("keeps what was given though it is false, zero, empty or null", () => {
    const given = { lifetimeSeconds: 0, audience: null, isRotated: false };
    expect(resolveOptions("tokens", defaults, given)).toEqual(given);
    expect(resolveOptions("tokens", defaults, { audience: "" }).audience).toBe("");
  });

  test("takes undefined for not given", () => {
    expect(resolveOptions("tokens", defaults, { audience: undefined }).audience).toBe("api");
  });

  test("freezes the result and leaves the defaults and what was given as they were", () => {
    const given = Object.freeze({ lifetimeSeconds: 1 });
    const resolved = resolveOptions("tokens", defaults, given);
    expect(Object.isFrozen(resolved)).toBe(true);
    expect(resolved).not.toBe(defaults);
    expect([defaults.lifetimeSeconds, given.lifetimeSeconds]).toEqual([300, 1]);
  });

  test("refuses a name that it does not know, and says which is near", () => {
    expect(() => resolveOptions("tokens", defaults, { lifetimeSecond: 60 } as object)).toThrow(
      new ImproperlyConfigured('tokens has no option "lifetimeSecond". Did you mean "lifetimeSeconds"?'),
    );
  });

  test("refuses an unknown name whose value is undefined", () => {
    expect(() => resolveOptions("tokens", defaults, { nothing: undefined } as object)).toThrow(ImproperlyConfigured);
  });

  test.each(["constructor", "__proto__", "toString", "hasOwnProperty"])("has no option %s from Object", (name) => {
    const given = JSON.parse(`{"${name}": {"isAdmin": true}}`) as object;
    expect(() => resolveOptions("tokens", defaults, given)).toThrow(ImproperlyConfigured);
    expect("isAdmin" in {}).toBe(false);
  });
});

describe("didYouMean", () => {
  const known = ["text", "synonym", "antonym", "created_at"];

  test.each([
    ["tex", ' Did you mean "text"?'],
    ["TEXT", ' Did you mean "text"?'],
    ["synonim", ' Did you mean "synonym"?'],
    ["antonmy", ' Did you mean "antonym"?'],
    ["createdat", ' Did you mean "created_at"?'],
  ])("names the nearest of %s", (name, sentence) => {
    expect(didYouMean(name, known)).toBe(sentence);
  });

  test("names all of them where none is near", () => {
    expect(didYouMean("colour", known)).toBe(" It may be one of: text, synonym, antonym, created_at.");
  });

  test("says nothing where nothing is known", () => {
    expect(didYouMean("colour", [])).toBe("");
  });

  test("compares nothing with a name so long that none can be near", () => {
    const started = performance.now();
    expect(didYouMean("x".repeat(5_000_000), known)).toContain("It may be one of");
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("wholeNumber", () => {
  test.each([
    ["8000", 8000],
    ["0", 0],
    ["007", 7],
    ["", 5],
    [undefined, 5],
  ])("reads %s", (text, number) => {
    expect(wholeNumber({ PORT: text }, "PORT", 5)).toBe(number);
  });

  test.each(["-1", "1.5", "1e3", "0x10", " 1", "1 ", "eight", "NaN", "Infinity", "9007199254740993"])(
    "refuses %s and says what it must be",
    (text) => {
      expect(() => wholeNumber({ PORT: text }, "PORT", 5)).toThrow(
        new ImproperlyConfigured(`PORT is "${text}": it must be a whole number of at least 0.`),
      );
    },
  );

  test("refuses what is below the least", () => {
    expect(() => wholeNumber({ WORKERS: "0" }, "WORKERS", 2, 1)).toThrow("at least 1");
    expect(wholeNumber({ WORKERS: "1" }, "WORKERS", 2, 1)).toBe(1);
  });
});
