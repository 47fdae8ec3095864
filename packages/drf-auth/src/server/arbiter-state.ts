import { exitCodes } from "./exit-codes.ts";
import type { ServerLimits } from "./limits.ts";
import type { LogEntry } from "./log.ts";
import type { ServerSignal } from "./signals.ts";

/** Something that happened. */
export type Occurrence =
  | { readonly type: "start" }
  | { readonly type: "ready"; readonly worker: number }
  | { readonly type: "draining"; readonly worker: number }
  | { readonly type: "exited"; readonly worker: number; readonly code: number | null; readonly signal: string | null }
  | { readonly type: "signal"; readonly signal: ServerSignal }
  | { readonly type: "acceptingStopped" }
  | { readonly type: "timer"; readonly timer: TimerName };

/** An occurrence with its time, on a clock that never jumps. */
export type ArbiterEvent = Occurrence & { readonly atSeconds: number };

/** Something to be done by the supervisor. */
export type ArbiterEffect =
  | { readonly type: "fork"; readonly worker: number }
  | { readonly type: "kill"; readonly worker: number; readonly signal: "SIGTERM" | "SIGQUIT" | "SIGKILL" }
  | { readonly type: "setTimer"; readonly timer: TimerName; readonly afterSeconds: number }
  | { readonly type: "clearTimer"; readonly timer: TimerName }
  | { readonly type: "announceReady" }
  /** Answered by the event `acceptingStopped`. */
  | { readonly type: "stopAccepting" }
  | { readonly type: "log"; readonly entry: LogEntry }
  | { readonly type: "exit"; readonly code: number };

/** Setting a timer that is set already moves it. */
export type TimerName = "respawn" | "deadline" | `boot:${number}` | `drain:${number}`;

export interface WorkerRecord {
  readonly status: "booting" | "ready" | "draining";
  /** Which try to boot this worker belongs to, from 1; workers that are forked together are one try. */
  readonly attempt: number;
  /** How often the application had been reloaded when this worker was forked. */
  readonly generation: number;
}

export interface ArbiterState {
  readonly phase: "new" | "running" | "draining" | "quick" | "ended";
  readonly want: number;
  readonly limits: ServerLimits;
  readonly workers: ReadonlyMap<number, WorkerRecord>;
  readonly nextWorker: number;
  /** Whether all workers have been ready at the same time. */
  readonly isAnnounced: boolean;
  /** Whether any worker was ever ready: from then on the server ends only when it is told to. */
  readonly hasServed: boolean;
  /** The number of the last try to boot that failed; 0 again when all workers are ready. */
  readonly failedAttempt: number;
  /** When workers died that had been ready, within the window. */
  readonly deathsAtSeconds: readonly number[];
  readonly isRespawnSet: boolean;
  /** How often the application was to be reloaded. */
  readonly generation: number;
  /** Whether workers of older generations are being replaced. */
  readonly isReloading: boolean;
  readonly lastSignal: { readonly signal: ServerSignal; readonly atSeconds: number } | undefined;
  readonly exitCode: number;
}

/** Returns the state before the event `start`. */
export function newArbiter(want: number, limits: ServerLimits): ArbiterState {
  return {
    phase: "new",
    want,
    limits,
    workers: new Map(),
    nextWorker: 1,
    isAnnounced: false,
    hasServed: false,
    failedAttempt: 0,
    deathsAtSeconds: [],
    isRespawnSet: false,
    generation: 0,
    isReloading: false,
    lastSignal: undefined,
    exitCode: exitCodes.ok,
  };
}
