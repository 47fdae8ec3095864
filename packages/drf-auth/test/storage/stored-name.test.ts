import { describe, expect, it } from "vitest";
import { isNameWithin, nameOfUpload, otherName, validFilename } from "../../src/storage/stored-name.ts";

describe("the name of a stored file", () => {
  it.each([
    ["a b.png", "a_b.png"],
    ["../../x.png", "x.png"],
    ["a\\b.png", "b.png"],
    ["é ü.png", "é_ü.png"],
    ["日本.jpg", "日本.jpg"],
    ["$%&.txt", "txt"],
    [".hidden", "hidden"],
    ["..", "file"],
    ["", "file"],
    ["a\0b.txt", "ab.txt"],
    ["<script>.html", "script.html"],
  ])("is made of what was sent: %j becomes %s", (sent, valid) => expect(validFilename(sent)).toBe(valid));

  const noon = new Date("2026-01-02T03:04:05Z");

  it.each([
    ["", "a.png"],
    ["covers", "covers/a.png"],
    ["covers/%Y/%m/%d/", "covers/2026/01/02/a.png"],
    ["%H%M%S", "030405/a.png"],
    [(name: string) => `by-name/${name.length}`, "by-name/5"],
  ])("stands where the field says: %s", (uploadTo, name) => expect(nameOfUpload(uploadTo, "a.png", noon)).toBe(name));

  it.each(["../out", "/etc", "a/../../b", () => "../x", () => "/x", () => "a\\b", () => ""])(
    "never leads out of the storage: %s",
    (uploadTo) => expect(() => nameOfUpload(uploadTo, "a.png", noon)).toThrow(/^uploadTo makes "/),
  );

  it.each(["a", "a/b.c", "日本"])("may be %s", (name) => expect(isNameWithin(name)).toBe(true));
  it.each(["", "/a", "a/", "a//b", ".", "..", "a/../b", "a\\b", "a\0"])("may not be %j", (name) =>
    expect(isNameWithin(name)).toBe(false),
  );

  it.each([
    ["a.txt", 100, /^a_[a-zA-Z0-9]{7}\.txt$/],
    ["x/a.tar.gz", 100, /^x\/a_[a-zA-Z0-9]{7}\.tar\.gz$/],
    [`${"b".repeat(120)}.txt`, 100, /^b{88}_[a-zA-Z0-9]{7}\.txt$/],
    ["a", 100, /^a_[a-zA-Z0-9]{7}$/],
  ])("has seven letters more where it is taken: %s in %i", (name, maxLength, other) => {
    expect(otherName(name, maxLength)).toMatch(other);
    expect(otherName(name, maxLength).length).toBeLessThanOrEqual(maxLength);
  });

  it("that cannot be short enough is refused", () => {
    expect(() => otherName("folder/a.txt", 15)).toThrow('A file cannot be called "folder/a.txt" in 15 characters.');
  });
});
