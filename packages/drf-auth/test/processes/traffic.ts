import { Agent, request } from "node:http";

/** What a client met: a status, or the code of the error with the system call that failed. */
export type Outcome = number | string;

export interface RequestOptions {
  readonly port: number;
  readonly path?: string;
  readonly agent?: Agent | false;
  readonly body?: string;
}

/** Sends one request, with a body when one is given, and returns its status and text; never rejects. */
export function send({
  port,
  path = "/",
  agent = false,
  body,
}: RequestOptions): Promise<{ outcome: Outcome; text: string }> {
  return new Promise((resolve) => {
    const fail = ({ code, syscall }: NodeJS.ErrnoException) => resolve({ outcome: `${code} ${syscall}`, text: "" });
    const sent = request(
      { host: "127.0.0.1", port, path, agent, method: body === undefined ? "GET" : "POST" },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () => resolve({ outcome: response.statusCode ?? 0, text }));
        response.on("error", fail);
      },
    );
    sent.on("error", fail);
    sent.end(body);
  });
}

/** Clients that post without a pause, each its next request as soon as the last is answered. */
export class Traffic {
  readonly #counts = new Map<Outcome, number>();
  readonly #clients: Promise<void>[];
  #isStopped = false;

  constructor({ port, clients, keepAlive }: { port: number; clients: number; keepAlive: boolean }) {
    const agent = new Agent({ keepAlive, maxSockets: clients });
    this.#clients = Array.from({ length: clients }, async () => {
      while (!this.#isStopped) {
        const { outcome } = await send({ port, path: "/echo", agent, body: "some words" });
        this.#counts.set(outcome, (this.#counts.get(outcome) ?? 0) + 1);
        // Refused before anything was sent: the server is gone, and nothing was lost.
        if (outcome === "ECONNREFUSED connect") return;
      }
    });
  }

  answered(): number {
    return this.#counts.get(200) ?? 0;
  }

  /** Ends the clients and returns how often each outcome was met, but for connections that were refused. */
  async stop(): Promise<Record<Outcome, number>> {
    this.#isStopped = true;
    await Promise.all(this.#clients);
    const outcomes = [...this.#counts].filter(([outcome]) => outcome !== "ECONNREFUSED connect");
    return Object.fromEntries(outcomes) as Record<Outcome, number>;
  }
}
