import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpFile } from "../../../../docs/requests/http-file.ts";
import { requests } from "../../../../docs/requests/requests.ts";
import { thunderCollection, thunderEnvironment } from "../../../../docs/requests/thunder-collection.ts";
import { finish, root, type RunningStarter, scratchFolder, startStarter } from "./running.ts";

const folder = join(root, "docs", "requests");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const scratch = scratchFolder();
let server: RunningStarter;
let base: string;

beforeAll(async () => {
  server = await startStarter(scratch.path);
  ({ base } = server);
});

afterAll(async () => {
  await server.stop();
  scratch.remove();
});

describe("the requests to send by hand", () => {
  it("stand in the files as the table has them", () => {
    expect(read("thesaurus.http")).toBe(httpFile(requests));
    expect(read("thunder-collection.json")).toBe(thunderCollection(requests));
    expect(read("thunder-environment.json")).toBe(thunderEnvironment());
  });

  it("are answered as the .http file says, sent by httpyac", async () => {
    writeFileSync(join(scratch.path, "thesaurus.http"), read("thesaurus.http").replace("http://127.0.0.1:8000", base));
    copyFileSync(join(folder, "httpyac.config.cjs"), join(scratch.path, "httpyac.config.cjs"));
    const words = ["send", "thesaurus.http", "--all", "--json"];
    const program = join(root, "node_modules", ".bin", "httpyac");
    const { output, errors } = await finish(program, words, { cwd: scratch.path });
    const sent = (JSON.parse(output) as { requests: { response?: { statusCode: number } }[] }).requests;
    expect(errors).toBe("");
    expect(sent.map(({ response }, index) => `${requests[index]?.name}: ${response?.statusCode}`)).toEqual(
      requests.map(({ name, status }) => `${name}: ${status}`),
    );
  });

  it("are answered as the collection for Thunder Client tests", async () => {
    const { requests: sent } = JSON.parse(read("thunder-collection.json")) as { requests: ThunderRequest[] };
    const { variables } = JSON.parse(read("thunder-environment.json")) as {
      variables: { readonly name: string; readonly value: string }[];
    };
    const values = new Map(variables.map(({ name, value }) => [name, value]));
    values.set("base", base);
    const statuses: string[] = [];
    for (const request of sent) statuses.push(`${request.name}: ${await send(request, values)}`);
    expect(statuses).toEqual(requests.map(({ name, status }) => `${name}: ${status}`));
  });
});

interface ThunderRequest {
  readonly name: string;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body?: { readonly raw: string };
  readonly auth?: {
    readonly bearer?: string;
    readonly basic?: { readonly username: string; readonly password: string };
  };
  readonly tests: readonly { readonly type: string; readonly custom: string; readonly value: string }[];
}

/** Sends a request as Thunder Client does, and keeps what its tests keep. */
async function send(request: ThunderRequest, values: Map<string, string>): Promise<number> {
  const filled = (text: string): string => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values.get(name) ?? "?");
  const { bearer, basic } = request.auth ?? {};
  const pair = basic && filled(`${basic.username}:${basic.password}`);
  const response = await fetch(filled(request.url), {
    method: request.method,
    headers: {
      ...Object.fromEntries(request.headers.map(({ name, value }) => [name, value])),
      ...(request.body && { "content-type": "application/json" }),
      ...(bearer !== undefined && { authorization: `Bearer ${filled(bearer)}` }),
      ...(pair !== undefined && { authorization: `Basic ${Buffer.from(pair).toString("base64")}` }),
    },
    ...(request.body && { body: filled(request.body.raw) }),
  });
  const text = await response.text();
  for (const { type, custom, value } of request.tests) {
    if (type !== "set-env-var") continue;
    const field = (JSON.parse(text) as Readonly<Record<string, unknown>>)[custom.replace("json.", "")];
    values.set(value.slice(2, -2), String(field));
  }
  return response.status;
}
