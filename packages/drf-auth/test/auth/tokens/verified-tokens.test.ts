import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { VerifiedTokens } from "../../../src/auth/tokens/verified-tokens.ts";

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const now = 1_700_000_000;

test("a token that was remembered is found by its whole text and no other", () => {
  const tokens = new VerifiedTokens();
  tokens.remember("header.claims.signature", { exp: now + 300, user_id: "1" });
  expect(tokens.find("header.claims.signature")).toEqual({ exp: now + 300, user_id: "1" });
  for (const other of ["header.claims.signaturE", "header.claims.", "header.claims.signature ", ""]) {
    expect(tokens.find(other)).toBeUndefined();
  }
});

test.each([
  ["its end, where that is sooner", 10, 10_000],
  ["a minute, where its end is later", 300, 60_000],
])("a token is remembered until %s", (_name, lifetimeSeconds, milliseconds) => {
  const tokens = new VerifiedTokens();
  tokens.remember("token", { exp: now + lifetimeSeconds });
  vi.advanceTimersByTime(milliseconds - 1);
  expect(tokens.find("token")).toBeDefined();
  vi.advanceTimersByTime(1);
  expect(tokens.find("token")).toBeUndefined();
  vi.setSystemTime(1_700_000_000_000);
  expect(tokens.find("token")).toBeUndefined();
});

test("a token that has ended already is never found", () => {
  const tokens = new VerifiedTokens();
  tokens.remember("token", { exp: now });
  expect(tokens.find("token")).toBeUndefined();
});

test("claims are frozen to their depths, for every request is given the same", () => {
  const tokens = new VerifiedTokens();
  const first = tokens.remember("token", { exp: now + 300, roles: [{ name: "reader" }] });
  expect(tokens.find("token")).toBe(first);
  const roles = first["roles"] as { name: string }[];
  expect(() => roles.push({ name: "admin" })).toThrow(TypeError);
  expect(() => Object.assign(roles[0] ?? {}, { name: "admin" })).toThrow(TypeError);
  expect(() => Object.assign(first, { user_id: "2" })).toThrow(TypeError);
});

test("no more than ten thousand are remembered, the first forgotten first", () => {
  const tokens = new VerifiedTokens();
  for (let index = 0; index <= 10_000; index += 1) tokens.remember(`token ${index}`, { exp: now + 300 });
  expect(tokens.find("token 0")).toBeUndefined();
  expect(tokens.find("token 1")).toBeDefined();
  expect(tokens.find("token 10000")).toBeDefined();
});

test("a token that is used stays longer than one that is not", () => {
  const tokens = new VerifiedTokens();
  for (let index = 0; index < 10_000; index += 1) tokens.remember(`token ${index}`, { exp: now + 300 });
  expect(tokens.find("token 0")).toBeDefined();
  tokens.remember("one more", { exp: now + 300 });
  expect(tokens.find("token 0")).toBeDefined();
  expect(tokens.find("token 1")).toBeUndefined();
});

test("a token that is remembered twice takes one place", () => {
  const tokens = new VerifiedTokens();
  for (let index = 0; index < 10_000; index += 1) tokens.remember(`token ${index}`, { exp: now + 300 });
  tokens.remember("token 9999", { exp: now + 300 });
  expect(tokens.find("token 0")).toBeDefined();
});
