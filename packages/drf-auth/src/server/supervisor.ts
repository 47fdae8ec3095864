import cluster from "node:cluster";
import type { Worker } from "node:cluster";
import { fileURLToPath } from "node:url";

import { Acceptor } from "./acceptor.ts";
import { newArbiter, reduce } from "./arbiter.ts";
import type { ArbiterEffect, ArbiterEvent, ArbiterState, Occurrence, TimerName } from "./arbiter.ts";
import { serverLimits } from "./limits.ts";
import type { ServerLimits } from "./limits.ts";
import type { ListeningAddress } from "./listen.ts";
import { stackOf, unbreakable } from "./log.ts";
import type { Log } from "./log.ts";
import { listenToSignals } from "./signals.ts";
import { outliveClosedOutput } from "./standard-streams.ts";
import { farewell, isWorkerMessage } from "./worker-message.ts";

export interface SuperviseOptions {
  /** The module that each worker runs and that calls `runWorker`: a path or a file URL. */
  readonly exec: string;
  readonly args: readonly string[];
  readonly workers: number;
  /** Added to the environment of the workers. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called once, when all workers answer requests. */
  onReady(address: ListeningAddress): void;
  readonly log: Log;
  readonly limits?: Partial<ServerLimits>;
}

/** How long the last messages of a worker that is gone are waited for, should its channel stay open. */
const lastMessagesMilliseconds = 1000;

/**
 * Runs the arbiter in this process: forks the workers, keeps them at their number, and stops them on a signal.
 * Resolves with the exit code of the server when the last worker is gone; the caller ends the process with it.
 */
export function supervise(options: SuperviseOptions): Promise<number> {
  return new Supervisor(options).run();
}

/** Carries out what the arbiter decides, and reports what happens to it. */
class Supervisor {
  readonly #options: SuperviseOptions;
  readonly #log: Log;
  readonly #ended = Promise.withResolvers<number>();
  readonly #workers = new Map<number, Worker>();
  readonly #timers = new Map<TimerName, NodeJS.Timeout>();
  readonly #queue: ArbiterEvent[] = [];
  readonly #acceptor = new Acceptor();
  #isWorking = false;
  #state: ArbiterState;
  #address: ListeningAddress | undefined;

  constructor(options: SuperviseOptions) {
    if (!Number.isSafeInteger(options.workers) || options.workers < 1) {
      throw new RangeError(`The number of workers must be 1 or more, not ${options.workers}.`);
    }
    this.#options = options;
    this.#log = unbreakable(options.log);
    this.#state = newArbiter(options.workers, { ...serverLimits, ...options.limits });
  }

  async run(): Promise<number> {
    outliveClosedOutput();
    cluster.setupPrimary({
      exec: this.#options.exec.startsWith("file:") ? fileURLToPath(this.#options.exec) : this.#options.exec,
      args: [...this.#options.args],
      // A worker must not open the inspector on USR1 in the time before it can listen to the signal.
      execArgv: [...process.execArgv, "--disable-sigusr1"],
    });
    const stopListening = listenToSignals((signal) => this.#report({ type: "signal", signal }));
    try {
      this.#report({ type: "start" });
      return await this.#ended.promise;
    } finally {
      stopListening();
      this.#acceptor.dispose();
      for (const timer of this.#timers.values()) clearTimeout(timer);
    }
  }

  /** Events that happen while effects run wait for their turn. */
  #report(occurrence: Occurrence): void {
    this.#queue.push({ ...occurrence, atSeconds: performance.now() / 1000 });
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { state, effects } = reduce(this.#state, next);
      this.#state = state;
      for (const effect of effects) this.#carryOut(effect);
    }
    this.#isWorking = false;
  }

  #carryOut(effect: ArbiterEffect): void {
    switch (effect.type) {
      case "fork":
        return this.#fork(effect.worker);
      case "kill":
        this.#workers.get(effect.worker)?.process.kill(effect.signal);
        return;
      case "setTimer":
        clearTimeout(this.#timers.get(effect.timer));
        this.#timers.set(
          effect.timer,
          setTimeout(() => {
            this.#timers.delete(effect.timer);
            this.#report({ type: "timer", timer: effect.timer });
          }, effect.afterSeconds * 1000),
        );
        return;
      case "clearTimer":
        clearTimeout(this.#timers.get(effect.timer));
        this.#timers.delete(effect.timer);
        return;
      case "announceReady":
        return this.#announceReady();
      case "stopAccepting":
        return void this.#acceptor.stop().finally(() => this.#report({ type: "acceptingStopped" }));
      case "log":
        return this.#log(effect.entry);
      case "exit":
        return this.#ended.resolve(effect.code);
    }
  }

  #fork(id: number): void {
    let worker: Worker;
    try {
      worker = cluster.fork(this.#options.env);
    } catch (error) {
      return this.#failToFork(id, error);
    }
    this.#workers.set(id, worker);
    const recoverConnections = this.#acceptor.follow(worker.process);
    worker.on("error", (error) => {
      // A worker that runs reports its end by "exit"; one that was never spawned has no other way.
      if (worker.process.pid === undefined) this.#failToFork(id, error);
    });
    worker.on("message", (message: unknown) => this.#hear(id, message));
    worker.once("exit", (code: number | null, signal: string | null) => {
      const bury = () => {
        clearTimeout(timer);
        worker.removeListener("disconnect", bury);
        this.#workers.delete(id);
        recoverConnections();
        this.#report({ type: "exited", worker: id, code, signal });
      };
      // The end of a process can be seen before the last messages that it sent, and they say why it ended.
      const timer = setTimeout(bury, lastMessagesMilliseconds);
      if (worker.isConnected()) worker.once("disconnect", bury);
      else bury();
    });
  }

  #failToFork(id: number, error: unknown): void {
    this.#log({ level: "error", message: "A worker could not be started.", worker: id, stack: stackOf(error) });
    this.#workers.delete(id);
    this.#report({ type: "exited", worker: id, code: null, signal: null });
  }

  #hear(worker: number, message: unknown): void {
    if (!isWorkerMessage(message)) return;
    switch (message.type) {
      case "drf-auth:ready":
        this.#address = message.address;
        return this.#report({ type: "ready", worker });
      case "drf-auth:draining":
        return this.#report({ type: "draining", worker });
      case "drf-auth:cannot-listen":
        return this.#report({ type: "cannotListen", worker, reason: message.reason });
      case "drf-auth:leaving":
        // The callback takes the error of a worker that is gone meanwhile.
        this.#workers.get(worker)?.process.send(farewell, () => {});
        return;
    }
  }

  #announceReady(): void {
    try {
      if (this.#address !== undefined) this.#options.onReady(this.#address);
    } catch (error) {
      this.#log({ level: "error", message: "The ready callback failed.", stack: stackOf(error) });
    }
  }
}
