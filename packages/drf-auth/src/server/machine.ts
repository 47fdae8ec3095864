import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { join } from "node:path";

/** What this process may use of the machine. */
export interface Machine {
  /** Processors that this process may run on. */
  readonly cores: number;
  /** How many processors' worth of time the container may take, such as 1.5; undefined without a limit. */
  readonly quota: number | undefined;
  /** The container's limit, else the machine's memory. */
  readonly memoryBytes: number;
  readonly isMemoryLimited: boolean;
}

/**
 * Reads what this process may use: processors and their affinity from Node, the limits of the container from its control
 * groups, version 2 (cpu.max, memory.max) or 1 (cpu.cfs_quota_us, memory.limit_in_bytes), of whichever group on the way
 * up is strictest. Node's own count heeds no quota of version 1.
 */
export function readMachine(root = "/"): Machine {
  const quotas: number[] = [];
  const limits: number[] = [];
  for (const [controllers, group] of groupsOf(read(join(root, "proc/self/cgroup")))) {
    for (const path of upwards(group)) {
      if (controllers === "") {
        const folder = join(root, "sys/fs/cgroup", path);
        const [quota = "", period = ""] = read(join(folder, "cpu.max")).split(" ");
        quotas.push(Number.parseFloat(quota) / Number.parseFloat(period));
        limits.push(Number.parseFloat(read(join(folder, "memory.max"))));
      }
      if (controllers.split(",").includes("cpu")) {
        const folder = join(root, "sys/fs/cgroup", controllers, path);
        const quota = Number.parseFloat(read(join(folder, "cpu.cfs_quota_us")));
        quotas.push(quota / Number.parseFloat(read(join(folder, "cpu.cfs_period_us"))));
      }
      if (controllers === "memory") {
        limits.push(Number.parseFloat(read(join(root, "sys/fs/cgroup/memory", path, "memory.limit_in_bytes"))));
      }
    }
  }
  const total = totalmem();
  // Without a limit there is no number, "max", -1, or one beyond all memory.
  const quota = Math.min(...quotas.filter((number) => number > 0));
  const limit = Math.min(...limits.filter((number) => number > 0 && number < total));
  return {
    cores: availableParallelism(),
    quota: Number.isFinite(quota) ? quota : undefined,
    memoryBytes: Number.isFinite(limit) ? limit : total,
    isMemoryLimited: Number.isFinite(limit),
  };
}

/** The lines of /proc/self/cgroup: controllers, none for version 2, and the group. */
function groupsOf(text: string): (readonly [controllers: string, group: string])[] {
  return text
    .split("\n")
    .map((line) => line.split(":"))
    .filter((parts) => parts.length >= 3)
    .map(([, controllers = "", ...path]) => [controllers, path.join(":")] as const);
}

/** A group and all above it. Inside a container its own group may be mounted at the top, which is the last of these. */
function upwards(group: string): string[] {
  const names = group.split("/").filter(Boolean);
  return names.map((_, index) => names.slice(0, names.length - index).join("/")).concat("");
}

/** Gives the text of a file, or none where it is not there: each system has only some of them. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
