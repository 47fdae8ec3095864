import { createServer, type IncomingMessage, request } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { loadStaticFiles, type StaticFiles, type StaticPlaces } from "../../src/static/index.ts";

export interface Answered {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Static files over a real socket; what they do not answer is 404 with the text "next". */
export interface Serving {
  readonly files: StaticFiles;
  readonly warnings: readonly string[];
  ask(path: string, headers?: Readonly<Record<string, string>>, method?: string): Promise<Answered>;
  close(): Promise<void>;
}

export async function serving(places: StaticPlaces, isDevelopment = false): Promise<Serving> {
  const warnings: string[] = [];
  const asset = { name: "drf-auth/own.css", bytes: Buffer.from("own { color: red }\n".repeat(30)) };
  const warn = (_facts: object, message: string) => void warnings.push(message);
  const files = await loadStaticFiles({ places, assets: [asset], isDevelopment, warn });
  const server = createServer((request, response) => {
    const answerOrNot = async () => {
      if (!(await files.answer(request, response))) response.writeHead(404).end("next");
    };
    void answerOrNot();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    files,
    warnings,
    ask: async (path, headers = {}, method = "GET") => {
      const sent = request({ host: "127.0.0.1", port, path, method, headers, agent: false }).end();
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      const chunks = (await response.toArray()) as Buffer[];
      return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
