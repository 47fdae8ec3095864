/** What an error tells the client: a sentence, a list of them, or one such value a field. */
export type ErrorDetail = string | readonly ErrorDetail[] | { readonly [field: string]: ErrorDetail };

/**
 * An error that is answered to the client, as Django REST framework's exceptions of the same names.
 *
 * `detail` becomes the body: `{"detail": …}` for a sentence, the list or object itself otherwise. `cause` is for the
 * log alone and is never rendered.
 */
export class APIException extends Error {
  readonly status: number = 500;
  readonly code: string = "error";
  readonly detail: ErrorDetail;

  constructor(detail: ErrorDetail = "A server error occurred.", options?: ErrorOptions) {
    super(typeof detail === "string" ? detail : JSON.stringify(detail), options);
    this.name = new.target.name;
    this.detail = detail;
  }

  /** Headers that this answer needs besides its body. */
  get headers(): Readonly<Record<string, string>> {
    return {};
  }

  get body(): ErrorDetail {
    return typeof this.detail === "string" ? { detail: this.detail } : this.detail;
  }
}

/** Input is not valid: 400, with the messages a field; a bare sentence is answered as a list of one. */
export class ValidationError extends APIException {
  override readonly status = 400;
  override readonly code: string = "invalid";

  constructor(detail: ErrorDetail = "Invalid input.", options?: ErrorOptions) {
    super(typeof detail === "string" ? [detail] : detail, options);
  }
}

/** The body cannot be parsed: 400. */
export class ParseError extends APIException {
  override readonly status = 400;
  override readonly code: string = "parse_error";

  constructor(detail: ErrorDetail = "Malformed request.", options?: ErrorOptions) {
    super(detail, options);
  }
}

/** Credentials were sent and are wrong: 401, or 403 where the first authenticator has no challenge. */
export class AuthenticationFailed extends APIException {
  override readonly status = 401;
  override readonly code: string = "authentication_failed";

  constructor(detail: ErrorDetail = "Incorrect authentication credentials.", options?: ErrorOptions) {
    super(detail, options);
  }
}

/** Credentials are needed and none were sent: 401, or 403 where the first authenticator has no challenge. */
export class NotAuthenticated extends APIException {
  override readonly status = 401;
  override readonly code: string = "not_authenticated";

  constructor(detail: ErrorDetail = "Authentication credentials were not provided.", options?: ErrorOptions) {
    super(detail, options);
  }
}

/** The user may not do this: 403. */
export class PermissionDenied extends APIException {
  override readonly status = 403;
  override readonly code: string = "permission_denied";

  constructor(detail: ErrorDetail = "You do not have permission to perform this action.", options?: ErrorOptions) {
    super(detail, options);
  }
}

/** There is nothing at this address, or nothing this user may see: 404. */
export class NotFound extends APIException {
  override readonly status = 404;
  override readonly code: string = "not_found";

  constructor(detail: ErrorDetail = "Not found.", options?: ErrorOptions) {
    super(detail, options);
  }
}

/** The view does not answer this method: 405. */
export class MethodNotAllowed extends APIException {
  override readonly status = 405;
  override readonly code: string = "method_not_allowed";

  constructor(method: string, options?: ErrorOptions) {
    super(`Method "${method}" not allowed.`, options);
  }
}

/** No renderer gives what the Accept header asks for: 406. */
export class NotAcceptable extends APIException {
  override readonly status = 406;
  override readonly code: string = "not_acceptable";

  constructor(detail: ErrorDetail = "Could not satisfy the request Accept header.", options?: ErrorOptions) {
    super(detail, options);
  }
}

/** What is asked cannot be done as things stand: 409. */
export class Conflict extends APIException {
  override readonly status = 409;
  override readonly code: string = "conflict";

  constructor(detail: ErrorDetail = "This conflicts with what is stored.", options?: ErrorOptions) {
    super(detail, options);
  }
}

/** What is to be changed is not as the client last saw it: 412. */
export class PreconditionFailed extends APIException {
  override readonly status = 412;
  override readonly code: string = "precondition_failed";

  constructor(detail: ErrorDetail = "This was changed since it was read. Read it again.", options?: ErrorOptions) {
    super(detail, options);
  }
}

/** A change must say what it changes, by If-Match: 428 (RFC 6585 §3). */
export class PreconditionRequired extends APIException {
  override readonly status = 428;
  override readonly code: string = "precondition_required";

  constructor(detail: ErrorDetail = "Send If-Match with the ETag of what is to be changed.", options?: ErrorOptions) {
    super(detail, options);
  }
}

/** The body is larger than allowed: 413. */
export class ContentTooLarge extends APIException {
  override readonly status = 413;
  override readonly code: string = "content_too_large";

  constructor(maxBytes: number, options?: ErrorOptions) {
    super(`The request body is larger than ${maxBytes} bytes.`, options);
  }
}

/** No parser reads this media type: 415. */
export class UnsupportedMediaType extends APIException {
  override readonly status = 415;
  override readonly code: string = "unsupported_media_type";

  constructor(mediaType: string, options?: ErrorOptions) {
    super(`Unsupported media type "${mediaType}" in request.`, options);
  }
}

/** Too many requests: 429, with Retry-After where the wait is known. */
export class Throttled extends APIException {
  override readonly status = 429;
  override readonly code: string = "throttled";
  readonly waitSeconds: number | undefined;

  constructor(waitSeconds?: number, options?: ErrorOptions) {
    const seconds = waitSeconds === undefined ? undefined : Math.ceil(waitSeconds);
    const wait = seconds === undefined ? "" : ` Expected available in ${seconds} second${seconds === 1 ? "" : "s"}.`;
    super(`Request was throttled.${wait}`, options);
    this.waitSeconds = seconds;
  }

  override get headers(): Readonly<Record<string, string>> {
    return !this.waitSeconds ? {} : { "Retry-After": String(this.waitSeconds) };
  }
}

export interface ServiceUnavailableOptions extends ErrorOptions {
  /** When to try again, in seconds. */
  readonly retryAfterSeconds?: number;
}

/** The server is too busy for this request right now: 503 with Retry-After. */
export class ServiceUnavailable extends APIException {
  override readonly status = 503;
  override readonly code: string = "service_unavailable";
  readonly retryAfterSeconds: number;

  constructor(detail: ErrorDetail = "The server is busy. Try again.", options: ServiceUnavailableOptions = {}) {
    super(detail, options);
    this.retryAfterSeconds = options.retryAfterSeconds ?? 1;
  }

  override get headers(): Readonly<Record<string, string>> {
    return { "Retry-After": String(Math.ceil(this.retryAfterSeconds)) };
  }
}

/** Several rows are there where one is meant; answered as any mistake of the application's: 500. */
export class MultipleObjectsReturned extends Error {
  override readonly name = "MultipleObjectsReturned";
}

/**
 * The project is set up wrongly: raised at start, never while a request is answered. The message says what is wrong,
 * where, and what to write instead. A command that meets one exits with 78 (EX_CONFIG of sysexits).
 */
export class ImproperlyConfigured extends Error {
  override readonly name = "ImproperlyConfigured";
  readonly exitCode = 78;
}
