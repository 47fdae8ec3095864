import { describe, expect, it } from "vitest";
import { preferencesOf } from "../../src/static/accept-encoding.ts";

/** The codings in the order in which they are liked; those that are refused are left out. */
function liked(header: string | undefined): string {
  const entries = Object.entries(preferencesOf(header)).filter(([, quality]) => quality > 0);
  return entries
    .sort(([a, one], [b, other]) => other - one || a.localeCompare(b))
    .map(([coding]) => coding)
    .join(" ");
}

describe("Accept-Encoding", () => {
  it.each([
    [undefined, "identity"],
    ["", "identity"],
    ["gzip, deflate, br, zstd", "br gzip identity"],
    ["gzip;q=0", "identity"],
    ["gzip;q=0.000, br;q=0", "identity"],
    ["br;q=0.5, gzip", "gzip br identity"],
    ["gzip;q=0.1", "gzip identity"],
    ["identity, gzip;q=0.5", "identity gzip"],
    ["identity;q=0, gzip", "gzip"],
    ["identity;q=0", ""],
    ["*", "br gzip identity"],
    ["*;q=0", ""],
    ["*;q=0, br", "br"],
    ["gzip, *;q=0", "gzip"],
    ["gzip;q=0, *", "br identity"],
    ["GZIP ; Q=0.5", "gzip identity"],
    ["x-gzip", "gzip identity"],
    ["gzip;q=2", "identity"],
    ["gzip;q=nonsense", "identity"],
    ["deflate", "identity"],
    [",,;q=1,", "identity"],
    [`gzip${" ".repeat(2000)}`, "identity"],
  ])("%j likes %j", (header, order) => expect(liked(header)).toBe(order));

  it("is read the same however many others were read meanwhile", () => {
    const before = liked("br;q=0.7, gzip;q=0.9");
    for (let index = 0; index < 500; index += 1) preferencesOf(`gzip;q=0.${index}`);
    expect(liked("br;q=0.7, gzip;q=0.9")).toBe(before);
  });
});
