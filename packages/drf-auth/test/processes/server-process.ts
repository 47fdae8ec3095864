import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface FixtureOptions {
  readonly workers?: number;
  readonly host?: string;
  readonly port?: number;
  readonly boot?: "well" | "throws" | "misconfigured" | "never" | "blocks";
  readonly failsWhileExists?: string;
  readonly limits?: Readonly<Record<string, number>>;
}

interface Line {
  readonly pid?: number;
  readonly message?: string;
  readonly level?: string;
  readonly stack?: string;
  readonly ready?: { readonly port: number };
  /** With its port when it listens on its own. */
  readonly workerReady?: { readonly port: number } | true;
}

/** A server made of real processes and what it says. */
export class ServerProcess {
  readonly child: ChildProcess;
  readonly lines: Line[] = [];
  readonly #said = new EventEmitter();
  readonly #isSupervised: boolean;
  readonly #workers: number;
  readonly #ended: Promise<number | string>;
  readonly #gone: Promise<unknown>;

  private constructor(entry: "main.ts" | "worker.ts", options: FixtureOptions) {
    this.#isSupervised = entry === "main.ts";
    const isAlone = !this.#isSupervised;
    const given = { workers: 1, host: "127.0.0.1", port: 0, boot: "well", limits: {}, isAlone, ...options };
    this.#workers = this.#isSupervised ? given.workers : 1;
    const path = fileURLToPath(new URL(`fixtures/${entry}`, import.meta.url));
    this.child = spawn(process.execPath, [path, JSON.stringify(given)], { stdio: ["ignore", "pipe", "inherit"] });
    this.#ended = once(this.child, "exit").then(([code, signal]) => (code as number | null) ?? (signal as string));
    this.#gone = once(this.child, "close");
    if (this.child.stdout === null) throw new Error("no output");
    createInterface({ input: this.child.stdout }).on("line", (text) => {
      this.lines.push(JSON.parse(text) as Line);
      this.#said.emit("line");
    });
  }

  /** Starts an arbiter with its workers and returns at once. */
  static supervised(options: FixtureOptions = {}): ServerProcess {
    return new ServerProcess("main.ts", options);
  }

  /** Starts a worker without an arbiter and returns at once. */
  static alone(options: FixtureOptions = {}): ServerProcess {
    return new ServerProcess("worker.ts", options);
  }

  /** Waits until the server said so many lines that fit, and returns the last of these. */
  async says(fits: (line: Line) => boolean, times = 1): Promise<Line> {
    for (;;) {
      const line = this.lines.filter(fits)[times - 1];
      if (line !== undefined) return line;
      await once(this.#said, "line");
    }
  }

  saysMessage(part: string, times = 1): Promise<Line> {
    return this.says(({ message }) => message?.includes(part) === true, times);
  }

  messages(): string[] {
    return this.lines.map(({ message }) => message ?? "");
  }

  /** Waits until requests are answered and returns the port. */
  async ready(): Promise<number> {
    return this.workersReady(this.#workers);
  }

  /** Waits until so many workers in all have been ready, and returns the port. */
  async workersReady(times: number): Promise<number> {
    const { workerReady } = await this.says((line) => line.workerReady !== undefined, times);
    if (typeof workerReady === "object") return workerReady.port;
    const { ready } = await this.says((line) => line.ready !== undefined);
    return ready?.port ?? 0;
  }

  workerPids(): number[] {
    return this.lines.filter(({ workerReady }) => workerReady !== undefined).map(({ pid }) => pid ?? 0);
  }

  /** Waits for the end and returns the exit code, or the signal that ended the process. */
  end(): Promise<number | string> {
    return this.#ended;
  }

  /** Waits until no process is left that could write to the server's output. */
  async allGone(): Promise<void> {
    await this.#gone;
  }

  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | string> {
    this.child.kill(signal);
    return this.end();
  }
}

/** Whether a process exists. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
