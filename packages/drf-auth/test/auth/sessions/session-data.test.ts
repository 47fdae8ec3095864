import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { saltedHmac } from "../../../src/auth/sessions/salted-hmac.ts";
import { decodeSessionData, encodeSessionData } from "../../../src/auth/sessions/session-data.ts";

const secret = "conformance-secret-key-that-is-long-enough-0123456789";
const now = 1_750_000_000_000;

/** A row of django_session, as Django 5.2 stored it at a login. */
const djangoLogin =
  ".eJxVjDsOwjAQBe_iGlnrz0YxJT1nsLzeNQ4gR4qTCnF3iJQC2jcz76Vi2tYaty5LnFidlVWn341SfkjbAd9Tu806z21dJtK7og_a9XVmeV4O9--gpl6_" +
  "NYxUipcskN0oAQF9ccmQpcHnAQIQILJlYfRoCEtAa50zBJAkBFbvD-vQN74:1xVgsz:glNwf3DqhJiaWwH0QgJAWM7VvaCv_sL4tcnlEtgBdCI";

function signed(text: string, key = secret): string {
  const signature = saltedHmac("django.contrib.sessions.SessionStoresigner", key, text).toString("base64url");
  return `${text}:${signature}`;
}

test("a row that Django stored at a login tells who it was", () => {
  expect(decodeSessionData(djangoLogin, secret)).toEqual({
    _auth_user_id: "2",
    _auth_user_backend: "django.contrib.auth.backends.ModelBackend",
    _auth_user_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test.each([
  [{ a: 1 }, "eyJhIjoxfQ:1uQowS:zj6E7vnR7B6DSaXf-eHjIK9ZtGcFkaDS1uj1mLGUf_Q"],
  [{}, "e30:1uQowS:MHFqItoJIEl4r_ZUdQCuIZo-0NeQQdYVNlWgYhOWJLM"],
  [
    { who: "Zoë 😀", n: 1.5, x: null },
    "eyJ3aG8iOiJab1x1MDBlYiBcdWQ4M2RcdWRlMDAiLCJuIjoxLjUsIngiOm51bGx9:1uQowS:16qMeMxJuM2WcHwbMoqkO_b9ia4S5Ov09t7j8Qorq-8",
  ],
])("%o is written letter for letter as Django writes it, and read again", (data, encoded) => {
  expect(encodeSessionData(data, secret, now)).toBe(encoded);
  expect(decodeSessionData(encoded, secret)).toEqual(data);
});

test("data that gets shorter by it is compressed, and Django's compressed data is read", () => {
  const data = { long: "x".repeat(300) };
  const encoded = encodeSessionData(data, secret, now);
  expect(encoded).toMatch(/^\.[\w-]+:1uQowS:[\w-]{43}$/);
  expect(encoded.length).toBeLessThan(120);
  expect(decodeSessionData(encoded, secret)).toEqual(data);
  const djangos = ".eJyrVsrJz0tXslKqGAVEA6VaACeKkAs:1uQowS:H4W7tnOaPlXT8vJCtS6NzAXWaV-XMDj57VCXKGBmdYU";
  expect(decodeSessionData(djangos, secret)).toEqual(data);
});

test("a change of any single character, and another secret, are noticed", () => {
  for (let index = 0; index < djangoLogin.length; index += 1) {
    const other = djangoLogin[index] === "A" ? "B" : "A";
    const changed = djangoLogin.slice(0, index) + other + djangoLogin.slice(index + 1);
    expect([index, decodeSessionData(changed, secret)]).toEqual([index, undefined]);
  }
  expect(decodeSessionData(djangoLogin, `${secret}x`)).toBeUndefined();
  expect(decodeSessionData(djangoLogin, "")).toBeUndefined();
});

test.each(["", ":", "::", "a", "a:b", "a:b:", djangoLogin.slice(0, -1), `${djangoLogin}=`, `${djangoLogin}é`, "é:é:é"])(
  "%j is no session",
  (encoded) => {
    expect(decodeSessionData(encoded, secret)).toBeUndefined();
  },
);

test("what is rightly signed and yet no object of JSON is no session", () => {
  const base64 = (text: string): string => Buffer.from(text).toString("base64url");
  expect(decodeSessionData(signed(`${base64('{"a":1}')}:1uQowS`), secret)).toEqual({ a: 1 });
  for (const text of ["[]", "null", "1", '"text"', "{", "", "\u0080pickle"]) {
    expect([text, decodeSessionData(signed(`${base64(text)}:1uQowS`), secret)]).toEqual([text, undefined]);
  }
  expect(decodeSessionData(signed(`.${base64("no deflate")}:1uQowS`), secret)).toBeUndefined();
});

test("what unpacks to more than a mebibyte is not unpacked", () => {
  const packed = (length: number): string => {
    const bytes = deflateSync(JSON.stringify({ a: "x".repeat(length) }));
    return signed(`.${bytes.toString("base64url")}:1uQowS`);
  };
  expect(decodeSessionData(packed(1_000_000), secret)).toBeDefined();
  expect(decodeSessionData(packed(1_100_000), secret)).toBeUndefined();
});
