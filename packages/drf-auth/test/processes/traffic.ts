import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What a client met: a status, or the code of the error with the system call that failed. */
export type Outcome = number | string;

export interface RequestOptions {
  readonly port: number;
  readonly path?: string;
  readonly agent?: Agent | false;
  readonly body?: string;
}

export interface Answer {
  readonly outcome: Outcome;
  readonly text: string;
  /** Whether the server said that it closes the connection. */
  readonly isLast: boolean;
}

/** Sends one request, with a body when one is given, and returns its status and text; never rejects. */
export function send({ port, path = "/", agent = false, body }: RequestOptions): Promise<Answer> {
  return new Promise((resolve) => {
    const fail = ({ code, syscall }: NodeJS.ErrnoException) =>
      resolve({ outcome: `${code} ${syscall}`, text: "", isLast: true });
    const sent = request(
      { host: "127.0.0.1", port, path, agent, method: body === undefined ? "GET" : "POST" },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("end", () =>
          resolve({ outcome: response.statusCode ?? 0, text, isLast: response.headers.connection === "close" }),
        );
        response.on("error", fail);
      },
    );
    sent.on("error", fail);
    sent.end(body);
  });
}

/** Counts how often each outcome was met. */
export function count(outcomes: readonly Outcome[]): Record<Outcome, number> {
  const counts: Record<Outcome, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/** Clients that post one request after the other; those that keep their connections leave when they are told to. */
export class Traffic {
  readonly #outcomes: Outcome[] = [];
  readonly #clients: Promise<void>[];
  #isStopped = false;

  constructor({ port, clients, keepAlive }: { port: number; clients: number; keepAlive: boolean }) {
    const agent = new Agent({ keepAlive, maxSockets: clients });
    this.#clients = Array.from({ length: clients }, async () => {
      while (!this.#isStopped) {
        const { outcome, isLast } = await send({ port, path: "/echo", agent, body: "some words" });
        // Refused before anything was sent: the server is gone, and nothing was lost.
        if (outcome === "ECONNREFUSED connect") return;
        this.#outcomes.push(outcome);
        if (keepAlive && isLast) return;
        // Leaves the processors to the server.
        await sleep(2);
      }
    });
  }

  answered(): number {
    return count(this.#outcomes)[200] ?? 0;
  }

  /** Ends the clients and returns how often each outcome was met, but for connections that were refused. */
  async stop(): Promise<Record<Outcome, number>> {
    this.#isStopped = true;
    await Promise.all(this.#clients);
    return count(this.#outcomes);
  }
}
