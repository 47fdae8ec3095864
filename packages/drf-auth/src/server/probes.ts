import type { IncomingMessage, ServerResponse } from "node:http";

import type { Handler } from "./handler.ts";
import { stackOf } from "./log.ts";
import type { Log } from "./log.ts";

/** The addresses that the server answers itself, before the application: whether it lives, and whether to send requests. */
export const probePaths = Object.freeze(["/healthz", "/readyz"] as const);

export interface ProbesOptions {
  /** Rejects when the application could not answer requests now; absent, it always could. */
  readonly check: (() => Promise<void>) | undefined;
  readonly log: Log;
  /** How long the check may take, in seconds; then it has failed. */
  readonly timeoutSeconds: number;
}

type Readiness = "ready" | "draining" | "failing";

const readinessLivesMilliseconds = 1000;

/**
 * Answers the probes of a platform. `/healthz` is 200 as long as the process answers at all and looks at nothing else: a
 * database that is away is no reason to kill workers. `/readyz` is 503 while the worker drains or the application's check
 * fails. Why is in the log, not in the answer.
 */
export class Probes {
  readonly #options: ProbesOptions;
  #isDraining = false;
  #checked: Promise<Readiness> | undefined;
  #checkedAt = -Infinity;
  #lastReadiness: Readiness = "ready";

  constructor(options: ProbesOptions) {
    this.#options = options;
  }

  /** From now on the answer is that no more requests should come. */
  startDraining(): void {
    this.#isDraining = true;
  }

  /** Returns a handler that answers the probes and gives everything else to the given one. */
  before(handler: Handler): Handler {
    return (request, response) => {
      if (request.url === "/healthz") answer(request, response, 200, "ok");
      else if (request.url === "/readyz") void this.#answerReadiness(request, response);
      else handler(request, response);
    };
  }

  async #answerReadiness(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const readiness = this.#isDraining ? "draining" : await this.#check();
    answer(request, response, readiness === "ready" ? 200 : 503, readiness);
  }

  /** Whoever asks within a second shares the answer, so that asking often costs nothing. */
  #check(): Promise<Readiness> {
    const now = performance.now();
    if (this.#checked !== undefined && now - this.#checkedAt < readinessLivesMilliseconds) return this.#checked;
    this.#checkedAt = now;
    this.#checked = this.#checkNow();
    return this.#checked;
  }

  async #checkNow(): Promise<Readiness> {
    const { check, log, timeoutSeconds } = this.#options;
    let readiness: Readiness = "ready";
    let timer: NodeJS.Timeout | undefined;
    try {
      const tooLate = new Promise<never>((_resolve, reject) => {
        const reason = `The application's check took longer than ${timeoutSeconds} s.`;
        timer = setTimeout(() => reject(new Error(reason)), timeoutSeconds * 1000);
      });
      await Promise.race([check?.(), tooLate]);
    } catch (error) {
      readiness = "failing";
      if (this.#lastReadiness === "ready") log({ level: "error", message: "Not ready.", stack: stackOf(error) });
    } finally {
      clearTimeout(timer);
    }
    if (readiness === "ready" && this.#lastReadiness !== "ready") log({ level: "info", message: "Ready again." });
    this.#lastReadiness = readiness;
    return readiness;
  }
}

function answer(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  const isRead = request.method === "GET" || request.method === "HEAD";
  const body = JSON.stringify(isRead ? { status: text } : { detail: `Method "${request.method}" not allowed.` });
  response.writeHead(isRead ? status : 405, {
    "Content-Type": "application/json",
    "Content-Length": body.length,
    "Cache-Control": "no-store",
    ...(!isRead && { Allow: "GET, HEAD" }),
  });
  response.end(body);
}
