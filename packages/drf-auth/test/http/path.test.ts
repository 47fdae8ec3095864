import { expect, it } from "vitest";
import { canonicalPath } from "../../src/http/index.ts";

it.each([
  ["/api/v1/words/", "/api/v1/words/"],
  ["/api/v1/%77ords/", "/api/v1/words/"],
  ["/a;b=c,d/", "/a%3Bb%3Dc,d/"],
  ["/'(x)!*~:@&+$/", "/'(x)!*~:@&+$/"],
  ["/%5c%0d%0a/", "/%5C%0D%0A/"],
  ["/\\evil.test/", "/%5Cevil.test/"],
  ["/%C3%A9%20%3F%23/", "/%C3%A9%20%3F%23/"],
  ["/%ff/", "/%ff/"],
  ["/%zz/", "/%zz/"],
])("the path %s is given out as %s", (path, expected) => expect(canonicalPath(path)).toBe(expected));
