import { type AddressInfo } from "node:net";
import { createServer, type Server } from "node:http";
import type { Throwaway } from "./throwaway.ts";

export interface ClientRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array | URLSearchParams | FormData;
}

/** An answer with its body read: parsed where it is JSON. */
export interface ClientResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: unknown;
}

/** Sends real requests to an application over a real socket, as DRF's APIClient sends them to a view. */
export class ApiClient {
  readonly base: string;
  readonly #server: Server;
  #token: string | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Lets an application listen on a free port. */
  static async open({ assembled }: Pick<Throwaway, "assembled">): Promise<ApiClient> {
    const server = createServer(assembled.handler);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new ApiClient(server);
  }

  /** Sends every request that follows with this access token; without one, with none. */
  credentials(token?: string): void {
    this.#token = token;
  }

  /** Obtains tokens and sends the access token with every request that follows. */
  async login(username: string, password: string): Promise<{ readonly access: string; readonly refresh: string }> {
    const { status, data } = await this.post("/api/token/", { username, password });
    if (status !== 200) throw new Error(`Logging in as ${username} was answered ${status}.`);
    const pair = data as { readonly access: string; readonly refresh: string };
    this.credentials(pair.access);
    return pair;
  }

  get(path: string): Promise<ClientResponse> {
    return this.send(path);
  }

  post(path: string, json: unknown): Promise<ClientResponse> {
    return this.send(path, { method: "POST", json });
  }

  async send(path: string, request: ClientRequest = {}): Promise<ClientResponse> {
    const isJson = Object.hasOwn(request, "json");
    const headers = {
      accept: "application/json",
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      ...(isJson && { "content-type": "application/json" }),
      ...request.headers,
    };
    const body = isJson ? JSON.stringify(request.json) : request.body;
    const method = request.method ?? (body === undefined ? "GET" : "POST");
    const response = await fetch(this.base + path, {
      method,
      headers,
      redirect: "manual",
      ...(body !== undefined && { body: body as NonNullable<RequestInit["body"]> }),
    });
    const text = await response.text();
    const isParsed = response.headers.get("content-type")?.startsWith("application/json") && text !== "";
    return { status: response.status, headers: response.headers, text, data: isParsed ? JSON.parse(text) : undefined };
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
