import { describe, expect, it } from "vitest";
import { readRange } from "../../src/static/byte-range.ts";

describe("Range, of a file of 100 bytes", () => {
  it.each([
    ["bytes=0-0", "0-0"],
    ["bytes=0-9", "0-9"],
    ["bytes=99-99", "99-99"],
    ["bytes=90-", "90-99"],
    ["bytes=0-", "0-99"],
    ["bytes=50-1000", "50-99"],
    ["bytes=-10", "90-99"],
    ["bytes=-1", "99-99"],
    ["bytes=-1000", "0-99"],
    ["Bytes= 1-2 ", "1-2"],
    ["bytes=100-", "unsatisfiable"],
    ["bytes=1000-2000", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=500-100", "whole"],
    ["bytes=2-1", "whole"],
    ["bytes=0-1,5-6", "whole"],
    ["bytes=-", "whole"],
    ["bytes=", "whole"],
    ["bytes=a-b", "whole"],
    ["bytes=--1", "whole"],
    ["bytes=1e1-20", "whole"],
    ["items=0-1", "whole"],
    ["", "whole"],
    [`bytes=0-${"9".repeat(400)}`, "whole"],
  ])("%j means %s", (header, meaning) => {
    const range = readRange(header, 100);
    expect(typeof range === "object" ? `${range.first}-${range.last}` : (range ?? "whole")).toBe(meaning);
  });

  it.each(["bytes=0-0", "bytes=-5", "bytes=0-"])("%s of an empty file is not there", (header) => {
    expect(readRange(header, 0)).toBe("unsatisfiable");
  });
});
