import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Server } from "node:net";

import { emptyBacklog } from "./backlog.ts";

/** Node's own handle of an accepted connection. */
interface ConnectionHandle {
  close(): void;
}

/** Node's own handle of a listening socket. */
interface ListeningHandle {
  onconnection: (error: number, connection: ConnectionHandle) => void;
  close(): void;
}

/** A listening socket of the cluster module. */
interface Listener {
  accepted: number;
  /** Gives a connection to the next worker. */
  readonly distribute: (connection: ConnectionHandle) => void;
  readonly close: () => void;
}

const channel = "tracing:net.server.listen:asyncEnd";
const longestHandoverMilliseconds = 1000;

/**
 * Mends two things about the sockets on which the cluster module accepts connections for the workers, neither of which
 * has a public way. The module closes them when the last worker stops listening, and with them, unanswered, what waits
 * in the kernel or in its queue: here they are closed first, and the workers may stop when they have taken all that was
 * accepted. And it forgets a connection that is on its way to a worker that dies, so that its client waits for ever:
 * here it goes to another worker. Where Node's internals differ from what is expected, the module's behaviour remains.
 */
export class Acceptor {
  readonly #listeners = new Set<Listener>();
  /** Accepted here and not yet taken by a worker. */
  readonly #waiting = new Set<ConnectionHandle>();
  #onTaken: () => void = () => {};
  readonly #notice = (message: unknown): void => {
    const { server } = message as { readonly server: Server & { readonly _handle?: unknown } };
    const handle = server._handle;
    if (!isListeningHandle(handle)) return;
    // The module takes the handle away from its server while this event is told; any other server keeps its own.
    server.once("listening", () => process.nextTick(() => server._handle === null && this.#watch(handle)));
  };

  /** Watches for sockets that this process opens from now on. */
  constructor() {
    subscribe(channel, this.#notice);
  }

  /** Follows what is handed to a worker; the function that it returns is called when the worker is gone. */
  follow(worker: ChildProcess): () => void {
    const underway = new Map<unknown, ConnectionHandle>();
    const send = worker.send.bind(worker) as (...args: unknown[]) => boolean;
    worker.send = (message: unknown, connection?: unknown, ...rest: unknown[]) => {
      const { act, seq } = (message ?? {}) as { readonly act?: unknown; readonly seq?: unknown };
      if (act === "newconn" && isConnectionHandle(connection)) underway.set(seq, connection);
      return send(message, connection, ...rest);
    };
    worker.on("internalMessage", ({ ack, accepted }: { readonly ack?: unknown; readonly accepted?: unknown }) => {
      const connection = underway.get(ack);
      underway.delete(ack);
      if (connection === undefined) return;
      if (accepted === true) this.#taken(connection);
      // Otherwise the module has queued it again, for nobody if that was the last worker.
      else if (this.#listeners.size === 0) this.#drop(connection);
    });
    return () => {
      const [listener] = this.#listeners;
      for (const connection of underway.values()) {
        if (listener === undefined) this.#drop(connection);
        else listener.distribute(connection);
      }
    };
  }

  /** Accepts what waits in the kernel, closes the sockets, and resolves when workers have taken what was accepted. */
  async stop(): Promise<void> {
    for (const listener of this.#listeners) {
      await emptyBacklog(() => listener.accepted);
      listener.close();
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, longestHandoverMilliseconds);
    this.#onTaken = () => this.#waiting.size === 0 && resolve();
    this.#onTaken();
    await promise;
    clearTimeout(timer);
  }

  dispose(): void {
    unsubscribe(channel, this.#notice);
  }

  #watch(handle: ListeningHandle): void {
    const onConnection = handle.onconnection.bind(handle);
    const listener: Listener = {
      accepted: 0,
      distribute: (connection) => onConnection(0, connection),
      close: handle.close.bind(handle),
    };
    this.#listeners.add(listener);
    handle.onconnection = (error, connection) => {
      listener.accepted += 1;
      if (isConnectionHandle(connection)) this.#waiting.add(connection);
      onConnection(error, connection);
    };
    // The module closes a socket with its last worker, after the connections in its queue.
    handle.close = () => {
      this.#listeners.delete(listener);
      this.#waiting.clear();
      this.#onTaken();
      listener.close();
    };
  }

  #drop(connection: ConnectionHandle): void {
    connection.close();
    this.#taken(connection);
  }

  #taken(connection: ConnectionHandle): void {
    this.#waiting.delete(connection);
    this.#onTaken();
  }
}

function isListeningHandle(handle: unknown): handle is ListeningHandle {
  return isConnectionHandle(handle) && "onconnection" in handle && typeof handle.onconnection === "function";
}

function isConnectionHandle(handle: unknown): handle is ConnectionHandle {
  return typeof handle === "object" && handle !== null && "close" in handle && typeof handle.close === "function";
}
