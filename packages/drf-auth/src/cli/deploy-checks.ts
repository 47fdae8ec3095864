import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Project, settingsDefaults } from "../application/index.ts";
import { type Machine, planWorkers } from "../server/index.ts";
import type { Environment } from "../settings.ts";
import { mountOf } from "./mounts.ts";
import { wantedWorkers } from "./wanted-workers.ts";

/** What a check found. */
export interface Finding {
  readonly level: "error" | "warning" | "info";
  readonly id: string;
  readonly message: string;
  /** What to do. */
  readonly hint: string;
}

/** Where the application runs, or is about to. */
export interface Deployment {
  readonly project: Project;
  readonly environment: Environment;
  readonly machine: Machine;
  /** The text of /proc/self/mountinfo; empty where there is none. */
  readonly mountinfo: string;
  readonly isContainer: boolean;
  /** The number of the user who runs this; undefined where users have none. */
  readonly userId: number | undefined;
}

/** Reads what a deployment is from this process and its system. */
export function readDeployment(project: Project, environment: Environment, machine: Machine): Deployment {
  return {
    project,
    environment,
    machine,
    mountinfo: existsSync("/proc/self/mountinfo") ? readFileSync("/proc/self/mountinfo", "utf8") : "",
    isContainer: ["/.dockerenv", "/run/.containerenv"].some((path) => existsSync(path)),
    userId: process.getuid?.(),
  };
}

/** Looks at a deployment; what is well says nothing. */
type Check = (deployment: Deployment) => Finding | undefined;

/** Finds what would go wrong, or be unsafe, where the application is served for others. */
export function deployFindings(deployment: Deployment): readonly Finding[] {
  return deployChecks.map((check) => check(deployment)).filter((finding) => finding !== undefined);
}

const leastKeyLength = 50;
const leastKeyCharacters = 5;
const leastFreeBytes = 100 * 1024 * 1024;

/** Each stands for itself; the order is the order in which they are told. */
export const deployChecks: readonly Check[] = [
  ({ project }) =>
    project.isDevelopment
      ? {
          level: "error",
          id: "debug",
          message: "DRF_AUTH_MODE is development: answers show errors with their stacks, and Basic is on.",
          hint: "Remove DRF_AUTH_MODE from the environment.",
        }
      : undefined,

  ({ project, environment }) => {
    if (!environment["SECRET_KEY"] && !environment["SECRET_KEY_FILE"]) {
      return {
        level: "warning",
        id: "secret-beside-database",
        message: "The secret key is kept in a file beside the database, so a copy of the folder gives away both.",
        hint: "Set SECRET_KEY, or SECRET_KEY_FILE with the path of a secret that the platform keeps.",
      };
    }
    const { value } = project.secretKey;
    const isWeak = value.length < leastKeyLength || new Set(value).size < leastKeyCharacters;
    if (!isWeak) return undefined;
    return {
      level: "warning",
      id: "secret-weak",
      message: `The secret key has fewer than ${leastKeyLength} characters, or fewer than ${leastKeyCharacters} different ones.`,
      hint: "Make one with npx drf-auth secret. A new key ends all sessions and tokens.",
    };
  },

  ({ project, environment }) => {
    const file = environment["SECRET_KEY_FILE"];
    if (environment["SECRET_KEY"] || !file) return undefined;
    const path = resolve(project.folder, file);
    if ((statSync(path).mode & 0o007) === 0) return undefined;
    return {
      level: "warning",
      id: "secret-readable",
      message: `Every user of this machine may read ${path}, the file of the secret key.`,
      hint: `chmod 600 ${path}, or 640 for a group.`,
    };
  },

  ({ project, environment }) => {
    const hosts = environment["ALLOWED_HOSTS"]?.trim() ? undefined : project.settings.allowedHosts;
    const isOpen = hosts?.includes("*") ?? environment["ALLOWED_HOSTS"]?.split(",").some((host) => host.trim() === "*");
    if (isOpen) {
      return {
        level: "warning",
        id: "hosts-open",
        message: 'The allowed hosts have "*": a client chooses the host that stands in links.',
        hint: "Name the hosts in ALLOWED_HOSTS, such as api.example.com.",
      };
    }
    if (hosts === undefined || hosts.some((host) => !settingsDefaults.allowedHosts.includes(host))) return undefined;
    return {
      level: "warning",
      id: "hosts-local",
      message: "Only names of this machine itself are allowed hosts: every other is answered 400.",
      hint: "Name the hosts by which clients reach this in ALLOWED_HOSTS, such as api.example.com.",
    };
  },

  ({ project: { settings } }) => {
    if (settings.trustedProxies.some((range) => range.endsWith("/0"))) {
      return {
        level: "error",
        id: "proxies-open",
        message: "Every client is a trusted proxy: it may say which address it has, and that it came by HTTPS.",
        hint: "Name the proxies alone in TRUSTED_PROXIES: their addresses, ranges, loopback or private.",
      };
    }
    if (settings.trustedProxies.length > 0) return undefined;
    return {
      level: "warning",
      id: "https",
      message:
        "No proxy is trusted, and this server speaks no HTTPS itself: cookies go without Secure, links say http, and " +
        "failed logins count for the proxy's address.",
      hint: "Put a proxy that speaks HTTPS before it, and name that in TRUSTED_PROXIES, such as loopback or private.",
    };
  },

  ({ project: { settings } }) =>
    settings.corsOrigins.includes("*")
      ? {
          level: "warning",
          id: "cors-open",
          message: 'The CORS origins have "*": scripts of every site may call, though without cookies.',
          hint: "Name the sites in CORS_ORIGINS, such as https://app.example.com.",
        }
      : undefined,

  ({ project: { settings } }) =>
    settings.database.synchronous === "OFF"
      ? {
          level: "warning",
          id: "not-durable",
          message: "The database is told not to wait for the disk (synchronous OFF): a power cut can lose or break it.",
          hint: "Leave database.synchronous at FULL.",
        }
      : undefined,

  ({ project, mountinfo, isContainer }) => {
    if (project.database.dialect !== "sqlite") return undefined;
    const path = project.database.location;
    const mount = mountOf(dirname(path), mountinfo);
    if (mount?.type === "tmpfs") {
      return {
        level: "error",
        id: "data-in-memory",
        message: `${dirname(path)} is in memory (tmpfs): the database is lost when the machine or the container stops.`,
        hint: "Put the database on a disk or a volume, and name it in DATABASE_URL.",
      };
    }
    if (!isContainer || mount === undefined || mount.point !== "/") return undefined;
    return {
      level: "error",
      id: "data-in-container",
      message: `${dirname(path)} is part of the container: its rows are lost when the container is made anew.`,
      hint: "Mount a volume there (docker run -v data:/data), and set DATABASE_URL=sqlite:/data/db.sqlite3.",
    };
  },

  ({ project }) => {
    if (project.database.dialect !== "sqlite") return undefined;
    const folder = dirname(project.database.location);
    try {
      accessSync(folder, constants.W_OK);
      return undefined;
    } catch {
      return {
        level: "error",
        id: "data-not-writable",
        message: `This user may not write into ${folder}, where SQLite keeps its journal beside the database.`,
        hint: "Give the folder to the user who runs the server.",
      };
    }
  },

  ({ project }) => {
    if (project.database.dialect !== "sqlite") return undefined;
    const folder = dirname(project.database.location);
    const { bavail, bsize } = statfsSync(existsSync(folder) ? folder : "/");
    if (bavail * bsize >= leastFreeBytes) return undefined;
    return {
      level: "warning",
      id: "disk-full",
      message: `${folder} has ${Math.floor((bavail * bsize) / 1024 / 1024)} MiB left.`,
      hint: "Make room: when the disk is full, writes fail.",
    };
  },

  ({ environment, machine }) => {
    const { warning } = planWorkers(wantedWorkers(environment), machine);
    if (warning === undefined) return undefined;
    return {
      level: "warning",
      id: "workers",
      message: warning,
      hint: "Set WORKERS=auto, or give more memory or cores.",
    };
  },

  ({ environment, machine }) => {
    const { workers, because } = planWorkers("auto", machine);
    if (environment["WORKERS"] || workers === 1) return undefined;
    return {
      level: "info",
      id: "one-worker",
      message: `One worker uses one core; ${workers} would do here (${because}).`,
      hint: "Set WORKERS=auto.",
    };
  },

  ({ userId }) =>
    userId === 0
      ? {
          level: "warning",
          id: "root",
          message: "This runs as root: whoever breaks into it owns the machine, or the container.",
          hint: "Run it as a user of its own; the Dockerfile and the example for systemd do.",
        }
      : undefined,
];
