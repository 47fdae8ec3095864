import type { Machine } from "./machine.ts";

/** How many workers a server starts, and why. */
export interface WorkerPlan {
  readonly workers: number;
  /** V8's limit for the old objects of a worker, in MiB; undefined where memory has no limit but the machine's. */
  readonly heapMebibytes: number | undefined;
  /** The arithmetic, for a person. */
  readonly because: string;
  /** What does not fit, for a person; undefined when all is well. */
  readonly warning: string | undefined;
}

const mebibyte = 1024 * 1024;

/** Measured on the starter (docs/guides/production.md): 90 MiB. */
const arbiterMebibytes = 96;

/** Measured on the starter: 90 MiB at rest, 120 under load, 235 when two passwords are hashed at a time. */
const workerMebibytes = 256;

/** What a worker takes beside V8's old objects: Node itself, buffers, SQLite's pages. */
const besideHeapMebibytes = 64;

const leastHeapMebibytes = 64;

/**
 * Plans the workers. `auto` is one a core, as an event loop fills one: more would take time from each other, fewer leave
 * cores idle. A part of a core counts down, but for the first; and no more than fit into memory.
 */
export function planWorkers(wanted: number | "auto", machine: Machine): WorkerPlan {
  const { cores, quota = Infinity, isMemoryLimited } = machine;
  const memory = Math.floor(machine.memoryBytes / mebibyte);
  const byCores = Math.max(1, Math.floor(Math.min(cores, quota)));
  const byMemory = Math.max(1, Math.floor((memory - arbiterMebibytes) / workerMebibytes));
  const workers = wanted === "auto" ? Math.min(byCores, byMemory) : wanted;
  const counted = [
    `${cores} ${cores === 1 ? "core" : "cores"}`,
    ...(quota < cores ? [`a quota of ${quota}`] : []),
    `${memory} MiB${isMemoryLimited ? " allowed" : ""}: enough for ${byMemory} of ${workerMebibytes} MiB`,
  ].join(", ");
  const warnings = [
    ...(workers > byMemory ? [`memory is enough for ${byMemory}`] : []),
    ...(workers > byCores ? [`there ${byCores === 1 ? "is one core" : `are ${byCores} cores`} for them`] : []),
  ];
  // While workers are replaced, there is one more.
  const share = (memory - arbiterMebibytes) / (workers + 1);
  return {
    workers,
    heapMebibytes: isMemoryLimited ? Math.max(leastHeapMebibytes, Math.floor(share - besideHeapMebibytes)) : undefined,
    because: counted,
    warning: warnings.length === 0 ? undefined : `${workers} workers are too many: ${warnings.join(", and ")}.`,
  };
}
