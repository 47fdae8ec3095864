import { type ChildProcess, fork } from "node:child_process";
import type { DevMessage } from "./dev-message.ts";

export interface ApplicationProcessOptions {
  /** The application's file. */
  readonly app: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether the database is brought up to date first. */
  readonly migrate: boolean;
  /** Called once, when it answers requests at a port of this machine. */
  onReady(port: number): void;
  /** Called once, when it ended without being stopped. */
  onEnd(ended: ApplicationEnd): void;
}

/** How an application ended by itself. */
export interface ApplicationEnd {
  readonly wasReady: boolean;
  /** The error behind it, or its exit code where it told none. */
  readonly text: string;
}

/** How long it may take to stop; what is slow then is cut off, since someone waits for their change. */
const longestStopMilliseconds = 3000;

/** A process that serves an application in development, until it is stopped. */
export class ApplicationProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #isStopped = false;

  constructor({ app, environment, migrate, onReady, onEnd }: ApplicationProcessOptions) {
    const entry = new URL(import.meta.url.endsWith(".ts") ? "dev-worker.ts" : "dev-worker.js", import.meta.url);
    this.#child = fork(entry, [JSON.stringify({ app, migrate })], {
      env: { ...environment, DRF_AUTH_MODE: "development" },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    let told: string | undefined;
    let wasReady = false;
    this.#child.on("message", (message: DevMessage) => {
      if (message.type === "failed") told = message.text;
      else if (!this.#isStopped) {
        wasReady = true;
        onReady(message.port);
      }
    });
    this.#child.on("error", (error) => (told ??= error.message));
    this.#exited = new Promise<void>((resolve) => {
      // Closed, not only exited: its last message says why.
      this.#child.once("close", (code: number | null, signal: string | null) => {
        resolve();
        const how = code === null ? `was ended by ${signal}` : `ended with exit code ${code}`;
        if (!this.#isStopped) onEnd({ wasReady, text: told ?? `The application ${how}.` });
      });
    });
  }

  /** Stops it and resolves when it is gone. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const isGone = this.#child.exitCode !== null || this.#child.signalCode !== null;
    if (!isGone) this.#child.kill("SIGQUIT");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), longestStopMilliseconds);
    await this.#exited;
    clearTimeout(timer);
  }
}
