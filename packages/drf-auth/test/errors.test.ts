import { describe, expect, test } from "vitest";
import {
  APIException,
  AuthenticationFailed,
  ContentTooLarge,
  ImproperlyConfigured,
  MethodNotAllowed,
  NotAcceptable,
  NotAuthenticated,
  NotFound,
  ParseError,
  PermissionDenied,
  ServiceUnavailable,
  Throttled,
  UnsupportedMediaType,
  ValidationError,
} from "../src/errors.ts";

describe("an API exception without a detail says what Django REST framework says", () => {
  test.each([
    [new APIException(), 500, "error", { detail: "A server error occurred." }],
    [new ValidationError(), 400, "invalid", ["Invalid input."]],
    [new ParseError(), 400, "parse_error", { detail: "Malformed request." }],
    [new AuthenticationFailed(), 401, "authentication_failed", { detail: "Incorrect authentication credentials." }],
    [new NotAuthenticated(), 401, "not_authenticated", { detail: "Authentication credentials were not provided." }],
    [
      new PermissionDenied(),
      403,
      "permission_denied",
      { detail: "You do not have permission to perform this action." },
    ],
    [new NotFound(), 404, "not_found", { detail: "Not found." }],
    [new MethodNotAllowed("PUT"), 405, "method_not_allowed", { detail: 'Method "PUT" not allowed.' }],
    [new NotAcceptable(), 406, "not_acceptable", { detail: "Could not satisfy the request Accept header." }],
    [new ContentTooLarge(10), 413, "content_too_large", { detail: "The request body is larger than 10 bytes." }],
    [
      new UnsupportedMediaType("text/x"),
      415,
      "unsupported_media_type",
      { detail: 'Unsupported media type "text/x" in request.' },
    ],
    [new Throttled(), 429, "throttled", { detail: "Request was throttled." }],
    [new ServiceUnavailable(), 503, "service_unavailable", { detail: "The server is busy. Try again." }],
  ])("%s", (error, status, code, body) => {
    expect(error).toBeInstanceOf(APIException);
    expect({ status: error.status, code: error.code, body: error.body }).toEqual({ status, code, body });
    expect(error.name).toBe(error.constructor.name);
  });
});

describe("the body of an API exception", () => {
  test("is the list or the object of its detail", () => {
    expect(new ValidationError(["One.", "Two."]).body).toEqual(["One.", "Two."]);
    expect(new ValidationError({ text: ["Too long."] }).body).toEqual({ text: ["Too long."] });
    expect(new ParseError({ line: "3" }).body).toEqual({ line: "3" });
  });

  test("is a list for a validation error of one sentence", () => {
    expect(new ValidationError("Too long.").body).toEqual(["Too long."]);
  });

  test("never holds the cause, which is for the log", () => {
    const error = new NotFound("No Word matches the given query.", {
      cause: new Error("select password from auth_user"),
    });
    expect(JSON.stringify([error.body, error.headers, error.message])).not.toContain("password");
    expect(error.cause).toBeInstanceOf(Error);
  });
});

describe("Throttled", () => {
  test.each([
    [1, "Request was throttled. Expected available in 1 second.", { "Retry-After": "1" }],
    [0.2, "Request was throttled. Expected available in 1 second.", { "Retry-After": "1" }],
    [59.1, "Request was throttled. Expected available in 60 seconds.", { "Retry-After": "60" }],
    [0, "Request was throttled. Expected available in 0 seconds.", {}],
    [undefined, "Request was throttled.", {}],
  ])("rounds a wait of %s seconds up", (waitSeconds, detail, headers) => {
    const error = new Throttled(waitSeconds);
    expect(error.detail).toBe(detail);
    expect(error.headers).toEqual(headers);
  });
});

describe("ServiceUnavailable", () => {
  test.each([
    [{}, "1"],
    [{ retryAfterSeconds: 2.4 }, "3"],
  ])("tells when to try again: %o", (options, seconds) => {
    expect(new ServiceUnavailable("Busy.", options).headers).toEqual({ "Retry-After": seconds });
  });
});

describe("ImproperlyConfigured", () => {
  test("is none of the errors that are answered to a client", () => {
    const error = new ImproperlyConfigured("DATABASE_URL is missing.");
    expect(error).not.toBeInstanceOf(APIException);
    expect(error.name).toBe("ImproperlyConfigured");
  });

  test("ends a command with EX_CONFIG", () => {
    expect(new ImproperlyConfigured("").exitCode).toBe(78);
  });
});
