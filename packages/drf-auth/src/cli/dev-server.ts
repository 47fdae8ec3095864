import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { prefersPage } from "../http/index.ts";
import { lonePageHeaders, renderLoneErrorPage } from "../renderers/index.ts";

/** Where connections go. */
type Destination =
  | { readonly type: "application"; readonly port: number }
  | { readonly type: "failure"; readonly text: string };

/**
 * Keeps the address that people know while applications behind it come and go: connections wait while one starts, and
 * where none can start, every request is told why.
 */
export class DevServer {
  readonly #server: Server;
  readonly #failures = createHttpServer((request, response) => this.#answerFailure(request, response));
  readonly #sockets = new Set<Socket>();
  #waiting: Socket[] = [];
  #destination: Destination | undefined;

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      // A client that goes away is no error here.
      socket.on("error", () => socket.destroy());
      this.#lead(socket);
    });
  }

  /** Listens on an address. Throws the error of the system where that is not possible. */
  static async open(host: string, port: number): Promise<DevServer> {
    const server = new DevServer();
    await new Promise<void>((resolve, reject) => {
      server.#server.once("error", reject);
      server.#server.listen({ host, port }, resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Sends connections to an application, to a page that says what is wrong, or lets them wait. */
  sendTo(destination: Destination | undefined): void {
    this.#destination = destination;
    if (destination === undefined) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const socket of waiting) this.#lead(socket);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #lead(socket: Socket): void {
    if (this.#destination === undefined) {
      this.#waiting.push(socket);
    } else if (this.#destination.type === "application") {
      this.#join(socket, this.#destination.port);
    } else {
      this.#failures.emit("connection", socket);
      socket.resume();
    }
  }

  #answerFailure(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    // The next request is to find what has been mended meanwhile.
    response.shouldKeepAlive = false;
    const trace = this.#destination?.type === "failure" ? this.#destination.text : "";
    const detail = "The application could not be started.";
    if (prefersPage(request.headers.accept)) {
      response.writeHead(500, { ...lonePageHeaders, "Cache-Control": "no-store" });
      const text = ["It is started again once a file changes."];
      response.end(renderLoneErrorPage({ status: 500, title: detail.replace(/\.$/, ""), text, trace }));
    } else {
      response.writeHead(500, { "Content-Type": "application/json", "Cache-Control": "no-store" });
      response.end(JSON.stringify({ detail, trace: trace.split("\n") }));
    }
  }

  /** Passes bytes to and fro until both sides have ended. */
  #join(client: Socket, port: number): void {
    const application = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    let isJoined = false;
    application.once("connect", () => {
      isJoined = true;
      application.pipe(client).pipe(application);
      client.once("close", () => application.destroy());
      application.once("close", () => client.destroySoon());
    });
    application.on("error", () => {
      if (isJoined) client.destroy();
      // It is about to end: what comes after it answers this client.
      else this.#waiting.push(client);
    });
  }
}
