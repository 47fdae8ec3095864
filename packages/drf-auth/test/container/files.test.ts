import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DCLinter } from "dclint";
import { validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { serverLimits } from "../../src/server/limits.ts";
import { probePaths } from "../../src/server/probes.ts";
import { finish, root } from "../processes/running.ts";

const text = (name: string): string => readFileSync(join(root, name), "utf8");

describe("the Dockerfile", () => {
  const dockerfile = text("Dockerfile");

  it("has nothing that its linter finds", () => {
    expect(validate(dockerfile)).toEqual([]);
  });

  it("copies only what is there and what .dockerignore lets through", () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = ""]) =>
      paths.split(" "),
    );
    const allowed = [...text(".dockerignore").matchAll(/^!(.+)$/gm)].map(([, path = ""]) => path);
    expect(copied.length).toBeGreaterThan(5);
    const isAllowed = (path: string) =>
      allowed.some((known) => `${path}/`.startsWith(`${known}/`) || known.startsWith(`${path}/`));
    expect(copied.filter((path) => !existsSync(join(root, path)) || !isAllowed(path))).toEqual([]);
  });

  it("asks in its healthcheck what the server answers", () => {
    const [, path = ""] = /HEALTHCHECK[^]*?\}(\/\w+)`/.exec(dockerfile) ?? [];
    expect(probePaths).toContain(path);
  });

  it("lets no secret and no database into the image", () => {
    const ignored = text(".dockerignore").split("\n");
    expect(ignored).toContain("*");
    expect(ignored).toEqual(expect.arrayContaining(["**/*.sqlite3*", "**/.env*", "**/.secret-key*"]));
  });
});

interface Service {
  readonly environment: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly stop_grace_period: string;
  readonly [name: string]: unknown;
}

describe("the compose files", () => {
  const { services, volumes } = parse(text("docker-compose.yml")) as {
    readonly services: { readonly app: Service };
    readonly volumes: { readonly data: { readonly name: string } };
  };

  it.each(["docker-compose.yml", "docker-compose.secret.yml", "docker-compose.postgres.yml"])(
    "keep to the compose specification and its linter's rules: %s",
    (name) => {
      const rules = { "require-project-name-field": 0, "require-quotes-in-ports": 0 } as const;
      const [result] = new DCLinter({ rules, quiet: false, debug: false, exclude: [] }).lintFiles(
        [join(root, name)],
        false,
      );
      expect(result?.messages).toEqual([]);
    },
  );

  it("keep the database in a named volume outside of the container", () => {
    expect(services.app.volumes).toEqual(["data:/data"]);
    expect(volumes.data.name).toBe("thesaurus-data");
    expect(text("Dockerfile")).toContain("DATABASE_URL=sqlite:/data/db.sqlite3");
  });

  it("keep PostgreSQL in a named volume, and start nothing before it is healthy and migrated", () => {
    const postgres = parse(text("docker-compose.postgres.yml")) as {
      readonly services: Readonly<Record<"app" | "db" | "migrate", Service & { readonly depends_on: object }>>;
    };
    const { app, db, migrate } = postgres.services;
    expect(db["image"]).toBe("postgres:18");
    expect(db.volumes).toEqual(["database:/var/lib/postgresql"]);
    expect(db["healthcheck"]).toMatchObject({
      test: ["CMD", "pg_isready", "-h", "127.0.0.1", "-U", "thesaurus", "-d", "thesaurus"],
    });
    expect(migrate.depends_on).toEqual({ db: { condition: "service_healthy" } });
    expect(app.depends_on).toMatchObject({ migrate: { condition: "service_completed_successfully" } });
    // Neither has a key here: the server's comes from the other files, and migrations need none.
    expect(app.environment).toEqual(migrate.environment);
    expect(Object.keys(migrate.environment)).toEqual(["DATABASE_PASSWORD_FILE", "DATABASE_URL"]);
    expect(services.app.environment["SECRET_KEY"]).toBe("${SECRET_KEY:-}");
  });

  it("give the container no more than it needs", () => {
    expect(services.app).toMatchObject({
      cap_drop: ["ALL"],
      init: true,
      read_only: true,
      restart: "unless-stopped",
      security_opt: ["no-new-privileges:true"],
      tmpfs: ["/tmp"],
    });
  });

  it("wait longer than a drain before they kill", () => {
    expect(Number.parseInt(services.app.stop_grace_period, 10)).toBeGreaterThan(serverLimits.drainSeconds);
  });

  const isInstalled = spawnSync("docker-compose", ["version"]).error === undefined;
  it
    .skipIf(!isInstalled)
    .each([
      ["docker-compose.secret.yml"],
      ["docker-compose.postgres.yml"],
      ["docker-compose.secret.yml", "docker-compose.postgres.yml"],
    ])("are accepted by docker-compose, where that is installed: %s %s", async (...names) => {
    const words = [...["docker-compose.yml", ...names].flatMap((name) => ["-f", name]), "config", "--quiet"];
    expect(await finish("docker-compose", words)).toEqual({ code: 0, output: "", errors: "" });
  });
});
