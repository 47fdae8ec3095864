import { exitCodes } from "./exit-codes.ts";
import type { ArbiterEffect, ArbiterEvent, ArbiterState, TimerName, WorkerRecord } from "./arbiter-state.ts";
import type { LogEntry } from "./log.ts";
import type { ServerSignal } from "./signals.ts";

/** One event's copy of the state, which the rules below may change, and what they want done. */
interface Turn extends Writable<Omit<ArbiterState, "workers">> {
  readonly workers: Map<number, WorkerRecord>;
  readonly effects: ArbiterEffect[];
}
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Decides what an event means: pure, so that every rule of the arbiter can be tested without a process or a clock. */
export function reduce(
  state: ArbiterState,
  event: ArbiterEvent,
): { readonly state: ArbiterState; readonly effects: readonly ArbiterEffect[] } {
  const turn: Turn = { ...state, workers: new Map(state.workers), effects: [] };
  apply(turn, event);
  const { effects, ...next } = turn;
  return { state: next, effects };
}

function apply(turn: Turn, event: ArbiterEvent): void {
  switch (event.type) {
    case "start":
      turn.phase = "running";
      return forkMissing(turn);
    case "ready":
      return becomeReady(turn, event.worker);
    case "draining":
      return becomeDraining(turn, event.worker, event.atSeconds);
    case "exited":
      return bury(turn, event.worker, event);
    case "signal":
      return obey(turn, event.signal, event.atSeconds);
    case "acceptingStopped":
      return turn.phase === "draining" ? tellWorkersToStop(turn) : undefined;
    case "timer":
      return wake(turn, event.timer);
  }
}

// ---- workers

function forkMissing(turn: Turn): void {
  const missing = turn.want - count(turn, "booting") - count(turn, "ready");
  for (let forked = 0; forked < missing; forked += 1) forkOne(turn);
}

function forkOne(turn: Turn): void {
  const worker = turn.nextWorker;
  turn.nextWorker += 1;
  const { generation } = turn;
  turn.workers.set(worker, { status: "booting", attempt: turn.failedAttempt + 1, generation });
  turn.effects.push({ type: "fork", worker });
  setTimer(turn, `boot:${worker}`, turn.limits.bootTimeoutSeconds);
}

function becomeReady(turn: Turn, worker: number): void {
  const record = turn.workers.get(worker);
  if (record?.status !== "booting") return;
  turn.workers.set(worker, { ...record, status: "ready" });
  turn.hasServed = true;
  if (turn.phase !== "running") return;
  clearTimer(turn, `boot:${worker}`);
  if (count(turn, "ready") < turn.want) return;
  turn.failedAttempt = 0;
  if (!turn.isAnnounced) turn.effects.push({ type: "announceReady" });
  turn.isAnnounced = true;
  continueReload(turn);
}

/** A worker that leaves on its own is replaced while it finishes its requests. */
function becomeDraining(turn: Turn, worker: number, atSeconds: number): void {
  const record = turn.workers.get(worker);
  if (record?.status !== "ready" || turn.phase !== "running") return;
  turn.workers.set(worker, { ...record, status: "draining" });
  setTimer(turn, `drain:${worker}`, turn.limits.drainSeconds);
  replaceDead(turn, atSeconds);
}

function bury(
  turn: Turn,
  worker: number,
  exit: { readonly code: number | null; readonly signal: string | null; readonly atSeconds: number },
): void {
  const record = turn.workers.get(worker);
  if (record === undefined) return;
  turn.workers.delete(worker);
  if (turn.phase !== "running") return endWhenAlone(turn);
  const details = { worker, exitCode: exit.code, signal: exit.signal };
  const how = exit.signal === null ? `with exit code ${exit.code}` : `by ${exit.signal}`;
  switch (record.status) {
    case "booting":
      clearTimer(turn, `boot:${worker}`);
      log(turn, "error", `Worker ${worker} ended ${how} before it was ready.`, details);
      return retryBoot(turn, record.attempt, exit.code);
    case "ready":
      log(turn, "error", `Worker ${worker} ended ${how}; it is replaced.`, details);
      return replaceDead(turn, exit.atSeconds);
    case "draining":
      clearTimer(turn, `drain:${worker}`);
      log(turn, "info", `Worker ${worker} ended ${how}.`, details);
      return continueReload(turn);
  }
}

function replaceDead(turn: Turn, atSeconds: number): void {
  const { deathWindowSeconds, maxDeathsInWindow } = turn.limits;
  const deaths = turn.deathsAtSeconds.filter((at) => at > atSeconds - deathWindowSeconds);
  turn.deathsAtSeconds = [...deaths, atSeconds];
  const tooMany = turn.deathsAtSeconds.length - maxDeathsInWindow;
  if (tooMany <= 0) return turn.isRespawnSet ? undefined : forkMissing(turn);
  respawnLater(turn, tooMany, `${turn.deathsAtSeconds.length} workers ended within ${deathWindowSeconds} s.`);
}

function retryBoot(turn: Turn, attempt: number, code: number | null): void {
  if (turn.isReloading && turn.hasServed) {
    turn.isReloading = false;
    log(turn, "error", "The new worker could not boot: the reload is given up, and the workers that are ready go on.");
    if (count(turn, "ready") >= turn.want) return;
  }
  turn.failedAttempt = Math.max(turn.failedAttempt, attempt);
  if (!turn.hasServed) {
    if (code === exitCodes.misconfigured || code === exitCodes.notLoaded) return stop(turn, "quick", code);
    const isLastTry = turn.failedAttempt >= turn.limits.maxBootAttempts;
    if (isLastTry && count(turn, "ready") + count(turn, "booting") === 0) {
      log(turn, "error", `No worker became ready in ${turn.failedAttempt} tries; the server ends.`);
      return stop(turn, "quick", exitCodes.neverReady);
    }
  }
  respawnLater(turn, turn.failedAttempt, "A worker could not boot.");
}

function respawnLater(turn: Turn, nth: number, why: string): void {
  if (turn.isRespawnSet) return;
  const { backoffFirstSeconds, backoffLongestSeconds } = turn.limits;
  const afterSeconds = Math.min(backoffFirstSeconds * 2 ** (nth - 1), backoffLongestSeconds);
  turn.isRespawnSet = true;
  setTimer(turn, "respawn", afterSeconds);
  log(turn, "warn", `${why} The next is started in ${afterSeconds} s.`);
}

// ---- reload

function reload(turn: Turn): void {
  turn.generation += 1;
  turn.isReloading = true;
  log(turn, "info", "SIGHUP: the workers are replaced one after another.");
  continueReload(turn);
}

/** Forks one new worker, drains an old one when the new one is ready, and goes on when the old one is gone. */
function continueReload(turn: Turn): void {
  if (!turn.isReloading || count(turn, "booting") > 0 || count(turn, "draining") > 0) return;
  const old = [...turn.workers].find(([, { generation }]) => generation < turn.generation);
  if (old === undefined) {
    turn.isReloading = false;
    return log(turn, "info", "All workers are replaced.");
  }
  if (count(turn, "ready") <= turn.want) return forkOne(turn);
  const [worker, record] = old;
  turn.workers.set(worker, { ...record, status: "draining" });
  turn.effects.push({ type: "kill", worker, signal: "SIGTERM" });
  setTimer(turn, `drain:${worker}`, turn.limits.drainSeconds);
}

// ---- the end

const handledSignals: ReadonlySet<ServerSignal> = new Set(["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"]);

function obey(turn: Turn, signal: ServerSignal, atSeconds: number): void {
  if (!handledSignals.has(signal)) return log(turn, "info", `${signal} has no meaning here and is ignored.`);
  const last = turn.lastSignal;
  turn.lastSignal = { signal, atSeconds };
  const isRepeated = last?.signal === signal && atSeconds - last.atSeconds < turn.limits.repeatedSignalSeconds;
  if (isRepeated || (turn.phase !== "running" && turn.phase !== "draining")) return;
  if (signal === "SIGHUP") return turn.phase === "running" ? reload(turn) : undefined;
  const isQuick = signal !== "SIGTERM" || turn.phase === "draining";
  log(turn, "info", `${signal}: stopping${isQuick ? " quickly" : ""}.`);
  stop(turn, isQuick ? "quick" : "draining", exitCodes.ok);
}

function stop(turn: Turn, phase: "draining" | "quick", exitCode: number): void {
  turn.phase = phase;
  turn.exitCode = exitCode;
  if (turn.isRespawnSet) clearTimer(turn, "respawn");
  turn.isRespawnSet = false;
  for (const [worker, { status }] of turn.workers) {
    clearTimer(turn, status === "draining" ? `drain:${worker}` : `boot:${worker}`);
  }
  // In the other order, connections that wait for a worker would be cut off.
  if (phase === "draining") turn.effects.push({ type: "stopAccepting" });
  else tellWorkersToStop(turn);
  endWhenAlone(turn);
}

function tellWorkersToStop(turn: Turn): void {
  const isQuick = turn.phase === "quick";
  for (const [worker, { status }] of turn.workers) {
    // A worker that boots knows TERM only, by which it ends at once.
    turn.effects.push({ type: "kill", worker, signal: isQuick && status !== "booting" ? "SIGQUIT" : "SIGTERM" });
  }
  const { drainSeconds, quickTimeoutSeconds } = turn.limits;
  setTimer(turn, "deadline", isQuick ? quickTimeoutSeconds : drainSeconds);
}

function endWhenAlone(turn: Turn): void {
  if (turn.workers.size > 0 || turn.phase === "ended") return;
  turn.phase = "ended";
  clearTimer(turn, "deadline");
  turn.effects.push({ type: "exit", code: turn.exitCode });
}

function wake(turn: Turn, timer: TimerName): void {
  if (timer === "respawn") {
    turn.isRespawnSet = false;
    return turn.phase === "running" ? forkMissing(turn) : undefined;
  }
  if (timer === "deadline") {
    for (const worker of turn.workers.keys()) kill(turn, worker, "did not stop in time");
    return;
  }
  const [kind, number] = timer.split(":");
  const record = turn.workers.get(Number(number));
  if (turn.phase !== "running" || record === undefined) return;
  if (kind === "boot" && record.status === "booting") kill(turn, Number(number), "was not ready in time");
  if (kind === "drain") kill(turn, Number(number), "did not finish in time");
}

// ---- small words

function count(turn: Turn, status: WorkerRecord["status"]): number {
  let total = 0;
  for (const record of turn.workers.values()) if (record.status === status) total += 1;
  return total;
}

function kill(turn: Turn, worker: number, why: string): void {
  log(turn, "warn", `Worker ${worker} ${why} and is killed.`, { worker });
  turn.effects.push({ type: "kill", worker, signal: "SIGKILL" });
}

function log(turn: Turn, level: LogEntry["level"], message: string, details: Record<string, unknown> = {}): void {
  turn.effects.push({ type: "log", entry: { level, message, ...details } });
}

function setTimer(turn: Turn, timer: TimerName, afterSeconds: number): void {
  turn.effects.push({ type: "setTimer", timer, afterSeconds });
}

function clearTimer(turn: Turn, timer: TimerName): void {
  turn.effects.push({ type: "clearTimer", timer });
}
