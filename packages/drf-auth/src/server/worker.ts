import type { Server } from "node:http";

import { AccessLog } from "./access-log.ts";
import type { AccessLogFormat } from "./access-log.ts";
import { ArbiterLink } from "./arbiter-link.ts";
import { Drain } from "./drain.ts";
import type { DrainOptions } from "./drain.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Handler, Served } from "./handler.ts";
import { createHttpServer } from "./http-server.ts";
import { serverLimits } from "./limits.ts";
import type { ServerLimits } from "./limits.ts";
import { listen, ListenError, stopListening } from "./listen.ts";
import type { Address, ListeningAddress } from "./listen.ts";
import { stackOf, unbreakable } from "./log.ts";
import type { Log } from "./log.ts";
import { Probes } from "./probes.ts";
import { listenToSignals } from "./signals.ts";
import type { ServerSignal } from "./signals.ts";
import { outliveClosedOutput } from "./standard-streams.ts";

export interface WorkerOptions {
  /** Loads the application. What it throws ends the worker before it is ready. */
  load(): Promise<Served>;
  /** Where a worker that has no arbiter listens. Absent under an arbiter, which hands over the connections. */
  readonly listen?: Address;
  readonly log: Log;
  /** How answers are logged to standard output; absent, they are not. */
  readonly accessLog?: AccessLogFormat | undefined;
  /** Called once, when requests are answered; with the address where it listens itself. */
  onReady?(address: ListeningAddress | undefined): void;
  /** Returns the exit code for what `load` threw: one of `exitCodes`, 1 (try again) when absent. */
  exitCodeOf?(error: unknown): number;
  readonly limits?: Partial<ServerLimits> | undefined;
}

/**
 * Loads the application and serves it, under an arbiter or alone, until a signal, a crash or the arbiter's end.
 * Takes over the process's signals and uncaught errors. Resolves with the exit code; the caller ends the process with it.
 */
export function runWorker(options: WorkerOptions): Promise<number> {
  return new Worker(options).run();
}

class Worker {
  readonly #options: WorkerOptions;
  readonly #limits: ServerLimits;
  readonly #log: Log;
  readonly #arbiter: ArbiterLink | undefined;
  readonly #ended = Promise.withResolvers<number>();
  #state: "booting" | "ready" | "draining" | "gone" = "booting";
  #served: Served | undefined;
  #probes: Probes | undefined;
  #accessLog: AccessLog | undefined;
  #drain: Drain | undefined;
  #exitCode: number = exitCodes.ok;
  #deadline = Infinity;
  #lastTermAt = -Infinity;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#arbiter = options.listen === undefined ? new ArbiterLink() : undefined;
    this.#log = unbreakable(options.log);
    this.#limits = { ...serverLimits, ...options.limits };
  }

  async run(): Promise<number> {
    outliveClosedOutput();
    const stopListening = listenToSignals((signal) => this.#obey(signal));
    const onCrash = (error: unknown, origin: string) => this.#crash(error, origin);
    // Unhandled rejections arrive here too: Node turns them into uncaught exceptions.
    process.on("uncaughtException", onCrash);
    try {
      void this.#boot();
      return await this.#ended.promise;
    } finally {
      stopListening();
      process.removeListener("uncaughtException", onCrash);
    }
  }

  async #boot(): Promise<void> {
    try {
      this.#served = await this.#options.load();
    } catch (error) {
      this.#log({ level: "error", message: "The application could not be loaded.", stack: stackOf(error) });
      return this.#end(this.#options.exitCodeOf?.(error) ?? exitCodes.failure);
    }
    if (this.#state !== "booting") return;
    this.#arbiter?.onceGone(() => {
      this.#log({ level: "warn", message: "The arbiter is gone; this worker finishes its requests and ends." });
      this.#stop(exitCodes.ok, this.#gracefully());
    });
    const { http, connections } = createHttpServer(this.#limits, this.#handlerOf(this.#served));
    let address: ListeningAddress | undefined;
    try {
      address = await this.#accept(http);
    } catch (error) {
      this.#log({ level: "error", message: error instanceof ListenError ? error.message : stackOf(error) });
      return this.#end(exitCodes.failure);
    }
    if (this.#state !== "booting") return;
    this.#state = "ready";
    const arbiter = this.#arbiter;
    this.#drain = new Drain(http, connections, () =>
      arbiter ? arbiter.release(this.#exitCode !== exitCodes.ok) : stopListening(http),
    );
    void arbiter?.send({ type: "drf-auth:ready" });
    this.#options.onReady?.(address);
  }

  /** Puts before the application what the server does itself. */
  #handlerOf(served: Served): Handler {
    const { accessLog: format } = this.#options;
    let { handler } = served;
    if (format !== undefined) {
      this.#accessLog = new AccessLog({
        format,
        write: (lines) => void process.stdout.write(lines),
        clientAddressOf: (request) => served.clientAddressOf?.(request) ?? request.socket.remoteAddress ?? "",
      });
      handler = this.#accessLog.follow(handler);
    }
    this.#probes = new Probes({
      check: served.check?.bind(served),
      log: this.#log,
      timeoutSeconds: this.#limits.readinessTimeoutSeconds,
    });
    return this.#probes.before(handler);
  }

  /** Takes connections from the arbiter, or from a port of its own. */
  async #accept(http: Server): Promise<ListeningAddress | undefined> {
    const { listen: address } = this.#options;
    if (address !== undefined) return listen(http, { ...address, backlog: this.#limits.backlog });
    // Node enforces the time-outs of requests from this event on.
    http.emit("listening");
    this.#arbiter?.onConnection((connection) => http.emit("connection", connection));
    return undefined;
  }

  #obey(signal: ServerSignal): void {
    const now = performance.now();
    const isAgain = now - this.#lastTermAt >= this.#limits.repeatedSignalSeconds * 1000 && this.#lastTermAt > 0;
    switch (signal) {
      case "SIGTERM":
        this.#lastTermAt = now;
        // With an arbiter the second TERM is the arbiter's own, sent after one to all processes of a group.
        return this.#stop(exitCodes.ok, isAgain && this.#arbiter === undefined ? this.#quickly() : this.#gracefully());
      case "SIGQUIT":
        return this.#stop(exitCodes.ok, this.#quickly());
      case "SIGINT":
        // A terminal sends it to all processes; those with an arbiter hear from it what to do.
        return this.#arbiter === undefined ? this.#stop(exitCodes.ok, this.#quickly()) : undefined;
      case "SIGHUP":
        // The terminal of a process that runs alone is closed.
        return this.#arbiter === undefined ? this.#stop(exitCodes.ok, this.#gracefully()) : undefined;
      default:
        return undefined;
    }
  }

  #crash(error: unknown, origin: string): void {
    const message =
      origin === "unhandledRejection"
        ? "A rejected promise was not handled; this worker finishes its other requests and ends."
        : "An error was not caught; this worker finishes its other requests and ends.";
    this.#log({ level: "error", message, stack: stackOf(error) });
    this.#stop(exitCodes.failure, {
      lingerSeconds: this.#limits.drainLingerSeconds,
      timeoutSeconds: this.#limits.crashGraceSeconds,
    });
  }

  #gracefully(): DrainOptions {
    return {
      lingerSeconds: this.#limits.drainLingerSeconds,
      timeoutSeconds: this.#limits.drainSeconds,
    };
  }

  #quickly(): DrainOptions {
    return { lingerSeconds: this.#limits.quickLingerSeconds, timeoutSeconds: this.#limits.quickTimeoutSeconds };
  }

  /**
   * Starts to drain; called again, it can only make the drain shorter and the exit code worse.
   * The last part of the time is the application's, to close.
   */
  #stop(exitCode: number, options: DrainOptions): void {
    const { timeoutSeconds } = options;
    this.#exitCode ||= exitCode;
    this.#deadline = Math.min(this.#deadline, performance.now() + timeoutSeconds * 1000);
    if (this.#state === "booting") return void this.#end(this.#exitCode);
    if (this.#state === "gone") return;
    const closeSeconds = Math.min(this.#limits.applicationCloseSeconds, timeoutSeconds / 4);
    const drained = this.#drain?.run({ ...options, timeoutSeconds: timeoutSeconds - closeSeconds });
    if (this.#state === "draining") return;
    this.#state = "draining";
    this.#probes?.startDraining();
    void drained?.then(({ unfinished }) => {
      if (unfinished > 0) {
        this.#log({ level: "warn", message: "Requests were cut off at the end of the time.", unfinished });
      }
      return this.#end(this.#exitCode);
    });
  }

  async #end(exitCode: number): Promise<void> {
    if (this.#state === "gone") return;
    this.#state = "gone";
    const seconds = Math.min(this.#limits.applicationCloseSeconds, (this.#deadline - performance.now()) / 1000);
    await this.#closeApplication(Math.max(seconds, 0));
    this.#accessLog?.flush();
    this.#ended.resolve(exitCode || this.#exitCode);
  }

  async #closeApplication(seconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        this.#log({ level: "warn", message: "The application did not close in time." });
        resolve();
      }, seconds * 1000);
    });
    try {
      await Promise.race([this.#served?.close(), tooLate]);
    } catch (error) {
      this.#log({ level: "error", message: "The application could not be closed.", stack: stackOf(error) });
    } finally {
      clearTimeout(timer);
    }
  }
}
