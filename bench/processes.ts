import { readdirSync, readFileSync } from "node:fs";

// USER_HZ: 100 on every Linux that Node runs on.
const microsecondsATick = 10_000;

/** The processes that a process started and that still run. Empty where there is no /proc. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** A process and all that came from it. */
export function treeOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(treeOf)];
}

/** The processor time that a process and all that came from it took so far, in microseconds; 0 where there is no /proc. */
export function cpuMicrosecondsOf(pid: number): number {
  return treeOf(pid).reduce((sum, id) => sum + ticksOf(id), 0) * microsecondsATick;
}

function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program stands in brackets and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

/** The memory of a process in MiB. */
export interface Memory {
  /** Its own pages and its share of those that others have too (proportional set size). */
  readonly pss: number;
  /** The pages that nobody else has. */
  readonly own: number;
}

/** Reads the memory of a process (proc(5), smaps_rollup). */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  const mebibytes = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(text)?.[1]) / 1024;
  return { pss: mebibytes("Pss"), own: mebibytes("Private_Clean") + mebibytes("Private_Dirty") };
}
