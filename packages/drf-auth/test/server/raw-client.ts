import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";

/** A connection on which a test writes and reads bytes. */
export class RawClient {
  readonly socket: Socket;
  received = "";
  /** The code of the error that ended the connection, if one did. */
  error: string | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      this.received += text;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.error = error.code;
    });
  }

  static async connect(port: number): Promise<RawClient> {
    const client = new RawClient(connect(port, "127.0.0.1"));
    await once(client.socket, "connect");
    return client;
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Sends a GET request without a body. */
  get(path: string): void {
    this.send(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  }

  /** Waits until all that was received contains a text. */
  async until(text: string): Promise<void> {
    while (!this.received.includes(text)) {
      if (this.isClosed) throw new Error(`Closed before ${JSON.stringify(text)} in ${JSON.stringify(this.received)}`);
      await Promise.race([once(this.socket, "data"), once(this.socket, "close")]);
    }
  }

  get isClosed(): boolean {
    return this.socket.closed;
  }

  async closed(): Promise<void> {
    if (!this.isClosed) await once(this.socket, "close");
  }
}
