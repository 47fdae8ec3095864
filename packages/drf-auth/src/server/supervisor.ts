import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { Acceptor } from "./acceptor.ts";
import { exitCodes } from "./exit-codes.ts";
import { HitCounter } from "./hit-counter.ts";
import { reduce } from "./arbiter.ts";
import { newArbiter } from "./arbiter-state.ts";
import type { ArbiterEffect, ArbiterEvent, ArbiterState, Occurrence, TimerName } from "./arbiter-state.ts";
import { serverLimits } from "./limits.ts";
import type { ServerLimits } from "./limits.ts";
import { ListenError } from "./listen.ts";
import type { Address, ListeningAddress } from "./listen.ts";
import { stackOf, unbreakable } from "./log.ts";
import type { Log } from "./log.ts";
import { listenToSignals } from "./signals.ts";
import { outliveClosedOutput } from "./standard-streams.ts";
import { type HitAnswer, isWorkerMessage, noMoreMessage } from "./worker-message.ts";

export interface SuperviseOptions {
  /** The module that each worker runs and that calls `runWorker`: a path or a file URL. */
  readonly exec: string;
  readonly args: readonly string[];
  readonly listen: Address;
  readonly workers: number;
  /** Given to Node before the module of a worker. */
  readonly nodeOptions?: readonly string[];
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
 * A signal to all processes of a group reaches the workers before or after the arbiter. For so long a worker that was told
 * to stop is not replaced, and goes on taking connections: its arbiter may be about to hear the same.
 */
const groupSignalMilliseconds = 100;

/**
 * Runs the arbiter in this process: opens the port, forks the workers, keeps them at their number, replaces them on HUP
 * and stops them on the other signals. Resolves with the exit code of the server when the last worker is gone; the caller
 * ends the process with it.
 */
export async function supervise(options: SuperviseOptions): Promise<number> {
  if (!Number.isSafeInteger(options.workers) || options.workers < 1) {
    throw new RangeError(`The number of workers must be 1 or more, not ${options.workers}.`);
  }
  const limits: ServerLimits = { ...serverLimits, ...options.limits };
  let acceptor: Acceptor;
  try {
    acceptor = await Acceptor.open({ ...options.listen, backlog: limits.backlog });
  } catch (error) {
    unbreakable(options.log)({
      level: "error",
      message: error instanceof ListenError ? error.message : stackOf(error),
    });
    return exitCodes.failure;
  }
  return new Supervisor(options, limits, acceptor).run();
}

/** Carries out what the arbiter decides, and reports what happens to it. */
class Supervisor {
  readonly #options: SuperviseOptions;
  readonly #log: Log;
  readonly #ended = Promise.withResolvers<number>();
  readonly #workers = new Map<number, ChildProcess>();
  readonly #timers = new Map<TimerName, NodeJS.Timeout>();
  readonly #queue: ArbiterEvent[] = [];
  readonly #acceptor: Acceptor;
  readonly #hits = new HitCounter();
  #isStopping = false;
  #isWorking = false;
  #state: ArbiterState;

  constructor(options: SuperviseOptions, limits: ServerLimits, acceptor: Acceptor) {
    this.#options = options;
    this.#acceptor = acceptor;
    this.#log = unbreakable(options.log);
    this.#state = newArbiter(options.workers, limits);
  }

  async run(): Promise<number> {
    outliveClosedOutput();
    const stopListening = listenToSignals((signal) => this.#report({ type: "signal", signal }));
    try {
      this.#report({ type: "start" });
      return await this.#ended.promise;
    } finally {
      stopListening();
      this.#acceptor.close();
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
        this.#workers.get(effect.worker)?.kill(effect.signal);
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
        return void this.#stopAccepting();
      case "log":
        return this.#log(effect.entry);
      case "exit":
        return this.#ended.resolve(effect.code);
    }
  }

  #fork(id: number): void {
    const { exec, args, env, nodeOptions = [] } = this.#options;
    let worker: ChildProcess;
    try {
      worker = fork(exec.startsWith("file:") ? fileURLToPath(exec) : exec, args, {
        env: { ...process.env, ...env },
        // A worker must not open the inspector on USR1 in the time before it can listen to the signal.
        execArgv: [...process.execArgv, ...nodeOptions, "--disable-sigusr1"],
      });
    } catch (error) {
      return this.#failToFork(id, error);
    }
    this.#workers.set(id, worker);
    worker.on("error", (error) => {
      // A worker that runs reports its end by "exit"; one that was never spawned has no other way.
      if (worker.pid === undefined) this.#failToFork(id, error);
    });
    worker.on("message", (message: unknown) => this.#hear(id, worker, message));
    worker.once("exit", (code: number | null, signal: string | null) => {
      const bury = () => {
        clearTimeout(timer);
        worker.removeListener("disconnect", bury);
        this.#workers.delete(id);
        this.#acceptor.bury(worker);
        this.#report({ type: "exited", worker: id, code, signal });
      };
      // The end of a process can be seen before the last messages that it sent, and they say why it ended.
      const timer = setTimeout(bury, lastMessagesMilliseconds);
      if (worker.connected) worker.once("disconnect", bury);
      else bury();
    });
  }

  #failToFork(id: number, error: unknown): void {
    this.#log({ level: "error", message: "A worker could not be started.", worker: id, stack: stackOf(error) });
    this.#workers.delete(id);
    this.#report({ type: "exited", worker: id, code: null, signal: null });
  }

  #hear(id: number, worker: ChildProcess, message: unknown): void {
    if (!isWorkerMessage(message)) return;
    switch (message.type) {
      case "drf-auth:ready":
        this.#acceptor.add(worker);
        return this.#report({ type: "ready", worker: id });
      case "drf-auth:draining":
        setTimeout(() => this.#becomeDraining(id, worker), message.isCrashed ? 0 : groupSignalMilliseconds);
        return;
      case "drf-auth:taken":
        return this.#acceptor.taken(worker);
      case "drf-auth:hit": {
        const { id: question, key, limit, periodSeconds } = message;
        const waitSeconds = this.#hits.hit(key, limit, periodSeconds) ?? null;
        const answer: HitAnswer = { type: "drf-auth:hit-answer", id: question, waitSeconds };
        // The callback takes the error of a worker that is gone meanwhile.
        if (worker.connected) worker.send(answer, () => {});
      }
    }
  }

  #becomeDraining(id: number, worker: ChildProcess): void {
    // While the server stops, what was accepted is handed to workers that drain too: there are no others.
    if (!this.#isStopping) this.#release(worker);
    this.#report({ type: "draining", worker: id });
  }

  #release(worker: ChildProcess): void {
    this.#acceptor.retire(worker);
    if (!worker.connected) return;
    // The callback takes the error of a worker that is gone meanwhile.
    worker.send(noMoreMessage, () => {});
  }

  async #stopAccepting(): Promise<void> {
    this.#isStopping = true;
    await this.#acceptor.stop();
    this.#isStopping = false;
    for (const worker of this.#workers.values()) this.#release(worker);
    this.#report({ type: "acceptingStopped" });
  }

  #announceReady(): void {
    try {
      this.#options.onReady(this.#acceptor.address);
    } catch (error) {
      this.#log({ level: "error", message: "The ready callback failed.", stack: stackOf(error) });
    }
  }
}
