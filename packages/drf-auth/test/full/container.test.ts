// The image, built by buildah from the Dockerfile itself, and run as its user with a read-only root and a volume.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort, programs, root, type Running, startUntil } from "../processes/running.ts";

// Kept from run to run: the root file system takes a minute, and is no part of what is tested.
const cache = join(tmpdir(), "drf-auth-container");
const store = ["--root", join(cache, "store"), "--runroot", join(cache, "run")];
const authorities = "/etc/ssl/certs/ca-certificates.crt";

function run(program: string, words: readonly string[], input?: string): string {
  const env = { ...process.env, BUILDAH_ISOLATION: "chroot" };
  const { status, stdout, stderr, error } = spawnSync(program, words, { encoding: "utf8", env, input, cwd: root });
  if (status === 0) return stdout.trim();
  throw new Error(`${program} ${words.join(" ")} ended with ${status}: ${error?.message ?? ""}${stdout}${stderr}`);
}

const buildah = (...words: readonly string[]): string => run("buildah", [...store, ...words]);

const missing = ["buildah", "debootstrap", "unshare"].filter((name) => spawnSync(name, ["--version"]).error);
const reason =
  process.getuid?.() === 0
    ? missing.length > 0 && `${missing.join(" and ")} not installed (Debian's packages)`
    : "only root can make a root file system";
process.stderr.write(
  reason
    ? `skipped: the container (${reason})\n`
    : "not run: a Docker engine and docker compose up; buildah, chroot and mounts stand for them\n",
);

/** Makes what `node:24-slim` is: Debian, Node 24, npm, and the user 1000. */
function makeBaseImage(): void {
  const folder = join(cache, "rootfs");
  if (!existsSync(join(folder, "etc/debian_version"))) {
    mkdirSync(cache, { recursive: true });
    run("debootstrap", ["--variant=minbase", "--include=ca-certificates", "bookworm", folder]);
    run("chroot", [folder, "groupadd", "--gid", "1000", "node"]);
    run("chroot", [folder, "useradd", "--uid", "1000", "--gid", "1000", "--create-home", "node"]);
  }
  const npm = dirname(dirname(realpathSync(run("which", ["npm"]))));
  const container = buildah("from", "scratch");
  buildah("add", "-q", container, folder, "/");
  buildah("copy", "-q", container, realpathSync(join(programs, "node")), "/usr/local/bin/node");
  buildah("copy", "-q", container, npm, "/usr/local/lib/node_modules/npm");
  buildah("run", container, "ln", "-sf", "../lib/node_modules/npm/bin/npm-cli.js", "/usr/local/bin/npm");
  // The registry is reached as this machine reaches it.
  if (existsSync(authorities)) buildah("copy", "-q", container, authorities, authorities);
  buildah("config", "--env", `NODE_EXTRA_CA_CERTS=${authorities}`, container);
  buildah("commit", "-q", "--rm", container, "node:24-slim");
}

interface Image {
  readonly env: readonly string[];
  readonly user: string;
  readonly workingFolder: string;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

function readImage(): Image {
  const { Docker } = JSON.parse(buildah("inspect", "--type", "image", "thesaurus")) as {
    readonly Docker: {
      readonly config: Record<string, unknown> & { readonly Healthcheck: { readonly Test: string[] } };
    };
  };
  const { Env, User, WorkingDir, Cmd, Healthcheck } = Docker.config;
  return {
    env: Env as string[],
    user: User as string,
    workingFolder: WorkingDir as string,
    command: Cmd as string[],
    healthcheck: Healthcheck.Test.slice(1),
  };
}

/** A container's root: unpacked from the image, and thrown away. */
class Container {
  readonly #name = buildah("from", "--pull-never", "thesaurus");
  readonly folder = buildah("mount", this.#name);

  remove(): void {
    buildah("rm", this.#name);
  }
}

/** The words that run a program in a container: read-only but for /tmp and the volume, as the image's user, without rights. */
function inside(
  { folder }: Container,
  volume: string,
  { env, user, workingFolder }: Image,
  port: number,
  command: readonly string[],
): string[] {
  const script = `
    mount --bind "$ROOT" "$ROOT" && mount --bind "$VOLUME" "$ROOT/data" && mount -t tmpfs tmpfs "$ROOT/tmp" &&
    mount -t proc proc "$ROOT/proc" && mount --bind /dev "$ROOT/dev" && mount -o remount,bind,ro "$ROOT" &&
    exec chroot "$ROOT" setpriv --reuid "\${USER_ID%:*}" --regid "\${USER_ID#*:}" --clear-groups --no-new-privs \\
      --bounding-set=-all env --chdir="$WORKING_FOLDER" --ignore-environment "$@"`;
  const variables = [`ROOT=${folder}`, `VOLUME=${volume}`, `USER_ID=${user}`, `WORKING_FOLDER=${workingFolder}`];
  return ["--mount", "env", ...variables, "sh", "-euc", script, "sh", ...env, `PORT=${port}`, ...command];
}

describe.skipIf(reason)("the container", { timeout: 600_000 }, () => {
  const volume = join(cache, `volume-${process.pid}`);
  let image: Image;
  let running: Running | undefined;
  const containers: Container[] = [];

  beforeAll(() => {
    makeBaseImage();
    buildah("bud", "--pull-never", "--format", "docker", "-t", "thesaurus", ".");
    image = readImage();
  }, 600_000);
  afterAll(async () => {
    await running?.stop();
    for (const container of containers) container.remove();
    rmSync(volume, { recursive: true, force: true });
  });

  async function start(container: Container, port: number): Promise<Running> {
    return startUntil("Stop it with", "unshare", inside(container, volume, image, port, image.command));
  }

  test("keeps its rows, its users and its key in the volume when its root is thrown away", async () => {
    const first = new Container();
    containers.push(first);
    // As a named volume does: it begins as a copy of the folder in the image, owner included.
    run("cp", ["-a", join(first.folder, "data"), volume]);
    const port = await freePort();
    const base = `http://127.0.0.1:${port}`;
    running = await start(first, port);

    expect(run("unshare", inside(first, volume, image, port, image.healthcheck))).toBe("");
    expect(run("unshare", inside(first, volume, image, port, ["id", "-u"]))).toBe("1000");
    for (const path of ["/app/x", "/etc/x", "/usr/local/bin/x"]) {
      expect(() => run("unshare", inside(first, volume, image, port, ["touch", path]))).toThrow(
        "Read-only file system",
      );
    }
    const superuser = [
      "DRF_AUTH_SUPERUSER_USERNAME=ada",
      "DRF_AUTH_SUPERUSER_EMAIL=ada@example.com",
      "DRF_AUTH_SUPERUSER_PASSWORD=correct-horse-battery",
    ];
    run("unshare", inside(first, volume, image, port, [...superuser, "drf-auth", "createsuperuser", "--no-input"]));
    const post = (path: string, body: object, token?: string) =>
      fetch(base + path, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
        body: JSON.stringify(body),
      });
    const obtained = await post("/api/token/", { username: "ada", password: "correct-horse-battery" });
    const { access } = (await obtained.json()) as { readonly access: string };
    for (const text of ["fond", "wrath"]) expect((await post("/api/v1/words/", { text }, access)).status).toBe(201);
    expect(await running.stop()).toBe(0);
    containers.pop()?.remove();

    const second = new Container();
    containers.push(second);
    running = await start(second, port);
    const list = (await (await fetch(`${base}/api/v1/words/`)).json()) as { readonly results: { text: string }[] };
    expect(list.results.map(({ text }) => text)).toEqual(["fond", "wrath"]);
    const me = await fetch(`${base}/api/v1/me/`, { headers: { Authorization: `Bearer ${access}` } });
    expect(me.status).toBe(200);
    expect((await post("/api/token/", { username: "ada", password: "correct-horse-battery" })).status).toBe(200);
    expect(await running.stop()).toBe(0);
    running = undefined;
  });

  test("says by the healthcheck of the image that nothing answers", () => {
    const container = new Container();
    containers.push(container);
    mkdirSync(volume, { recursive: true });
    expect(() => run("unshare", inside(container, volume, image, 9, image.healthcheck))).toThrow("ended with 1");
  });

  test("has neither what the tests need nor what is secret", () => {
    const [container] = containers;
    const app = join(container?.folder ?? "", "app");
    const unwanted = ["-name", "*.test.ts", "-o", "-name", "*.sqlite3", "-o", "-name", ".secret-key"];
    const found = run("find", [app, "-path", "*/node_modules", "-prune", "-o", "(", ...unwanted, ")", "-print"]);
    expect(existsSync(join(app, "node_modules/vitest"))).toBe(false);
    expect(found).toBe("");
  });
});
