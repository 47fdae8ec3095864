import { expect, it } from "vitest";
import { audit, type SecurityEvent } from "../src/audit.ts";
import { type LogLine, loginFrom } from "./auth/login-failures/login-requests.ts";

it.each<[SecurityEvent, "info" | "warn"]>([
  [{ event: "login.succeeded", userId: 1, how: "token" }, "info"],
  [{ event: "login.succeeded", userId: 1, how: "session" }, "info"],
  [{ event: "login.failed", userId: 1 }, "warn"],
  [{ event: "login.failed" }, "warn"],
  [{ event: "login.throttled", by: "address", waitSeconds: 4 }, "warn"],
])("tells %j with the address and the request's number, at level %s, in a sentence", (event, level) => {
  const lines: LogLine[] = [];
  audit(loginFrom("192.0.2.1", lines), event);
  expect(lines).toEqual([
    {
      level,
      facts: { ...event, address: "192.0.2.1", requestId: "request-1" },
      message: expect.stringMatching(/^[A-Z][a-z :]+$/),
    },
  ]);
});
