import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { type BoundRoute, boundRoutes } from "../application/index.ts";
import { NotAuthenticated } from "../errors.ts";
import { Request } from "../http/index.ts";
import { checkObjectPermissions, checkPermissions, type Permission, type PermissionView } from "../policies/index.ts";
import { openFrom } from "./open.ts";
import type { Terminal } from "./terminal.ts";

export interface RoutesOptions {
  readonly app?: string;
  /** Whether it is written for programs. */
  readonly json?: boolean;
}

/** Whether a request without credentials is refused; "depends" where the object or the request itself decides. */
type TokenRequired = "depends" | "no" | "yes";

/** One method of one address. */
interface Row {
  readonly method: string;
  readonly path: string;
  readonly name: string;
  readonly authentication: readonly string[];
  readonly permissions: readonly string[];
  readonly tokenRequired: TokenRequired;
}

/** `drf-auth routes`: shows every address, what answers there and who may call. */
export async function routes(terminal: Terminal, options: RoutesOptions): Promise<number> {
  const project = await openFrom(terminal, options.app);
  try {
    const rows: Row[] = [];
    for (const route of boundRoutes(project)) {
      const { methods } = route.view;
      for (const method of methods.keys()) {
        // HEAD comes with GET and is allowed alike.
        if (method !== "HEAD" || !methods.has("GET")) rows.push(await rowOf(route, method));
      }
    }
    terminal.say(options.json ? JSON.stringify(rows, undefined, 2) : tableOf(rows));
    return 0;
  } finally {
    await project.database.close();
  }
}

async function rowOf({ path, name, view }: BoundRoute, method: string): Promise<Row> {
  const request = anonymousRequest(path, method);
  const hasAuthenticators = view.authenticators.length > 0;
  let permissions: readonly Permission[] | undefined;
  let tokenRequired: TokenRequired;
  try {
    permissions = view.permissionsOf(request);
    tokenRequired = await tokenRequiredBy(permissions, request, hasAuthenticators, view.permissionView);
  } catch {
    // What the application's own code made of a request that is none says nothing about a real one.
    tokenRequired = "depends";
  }
  return {
    method,
    path,
    name: name ?? "",
    authentication: view.authenticators.map((authenticator) => authenticator.name),
    permissions: permissions?.map((permission) => permission.name) ?? [],
    tokenRequired,
  };
}

/** Asks a view's permissions about someone who sends no credentials. */
async function tokenRequiredBy(
  permissions: readonly Permission[],
  request: Request,
  hasAuthenticators: boolean,
  view: PermissionView,
): Promise<TokenRequired> {
  const isAboutObject = Object.keys(request.params).length > 0;
  let isObjectLookedAt = false;
  const object = new Proxy(
    {},
    {
      get: () => {
        isObjectLookedAt = true;
      },
    },
  );
  try {
    await checkPermissions(request, permissions, hasAuthenticators, view);
    if (isAboutObject) await checkObjectPermissions(request, permissions, object, hasAuthenticators, view);
  } catch (error) {
    // Where nobody can say who they are, a token helps nobody.
    return error instanceof NotAuthenticated && !isObjectLookedAt ? "yes" : "depends";
  }
  return isObjectLookedAt ? "depends" : "no";
}

const silent = { info: () => {}, warn: () => {}, error: () => {} };

function anonymousRequest(path: string, method: string): Request {
  const raw = Object.assign(new IncomingMessage(new Socket()), { method, url: path });
  const params = Object.fromEntries([...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => [name, name]));
  return new Request(raw, { id: "routes", log: silent, params, parsers: [], maxBodyBytes: 0 });
}

/** Aligns the columns by their longest cell. */
function tableOf(rows: readonly Row[]): string {
  const lines = [
    ["method", "path", "name", "authentication", "permissions", "token required"],
    ...rows.map(({ method, path, name, authentication, permissions, tokenRequired }) => [
      method,
      path,
      name || "-",
      authentication.join(", ") || "-",
      permissions.join(", ") || "-",
      tokenRequired,
    ]),
  ];
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  return lines
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
