import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Server } from "node:net";
import { setImmediate as nextRound } from "node:timers/promises";

/** Node's own handle of an accepted connection. */
interface ConnectionHandle {
  close(): void;
}

/** Node's own handle of a listening socket. */
interface ListeningHandle {
  onconnection: (error: number, connection: ConnectionHandle) => void;
  close(): void;
}

interface Listener {
  readonly server: Server & { readonly _handle?: unknown };
  readonly handle: ListeningHandle;
  readonly close: () => void;
}

const channel = "tracing:net.server.listen:asyncEnd";
const quietRounds = 3;
const longestMilliseconds = 250;

/**
 * Mends two things about the sockets on which the cluster module accepts connections for the workers, neither of which
 * has a public way. The module closes them when the last worker stops listening, and with them, unanswered, what waits
 * in the kernel or in its queue: here they are closed first, while the workers still take what was accepted. And it
 * forgets a connection that is on its way to a worker that dies, so that its client waits for ever: here it goes to
 * another worker. Where Node's internals differ from what is expected, the module's own behaviour remains.
 */
export class Acceptor {
  readonly #listeners = new Set<Listener>();
  readonly #notice = (message: unknown): void => {
    const { server } = message as Pick<Listener, "server">;
    const handle = server._handle;
    if (!isListeningHandle(handle)) return;
    const listener = { server, handle, close: handle.close.bind(handle) };
    this.#listeners.add(listener);
    handle.close = () => {
      this.#listeners.delete(listener);
      listener.close();
    };
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
    worker.on("internalMessage", (message: { readonly ack?: unknown }) => underway.delete(message.ack));
    return () => {
      const [listener] = this.#shared();
      for (const connection of underway.values()) {
        if (listener === undefined) connection.close();
        else listener.handle.onconnection(0, connection);
      }
    };
  }

  /** Accepts what waits in the kernel, closes the sockets and resolves. */
  async stop(): Promise<void> {
    await Promise.all(this.#shared().map(closeWhenQuiet));
  }

  dispose(): void {
    unsubscribe(channel, this.#notice);
  }

  /** The module takes the handle away from the server that opened it; any other server here is not the workers'. */
  #shared(): Listener[] {
    return [...this.#listeners].filter(({ server }) => server._handle === null);
  }
}

async function closeWhenQuiet({ handle, close }: Listener): Promise<void> {
  const distribute = handle.onconnection;
  let isQuiet = false;
  handle.onconnection = (error, connection) => {
    isQuiet = false;
    distribute.call(handle, error, connection);
  };
  // A round of the event loop accepts one connection, so only rounds without any say that none is waiting.
  const until = performance.now() + longestMilliseconds;
  for (let quiet = 0; quiet < quietRounds && performance.now() < until; quiet = isQuiet ? quiet + 1 : 0) {
    isQuiet = true;
    await nextRound();
  }
  close();
}

function isListeningHandle(handle: unknown): handle is ListeningHandle {
  return isConnectionHandle(handle) && "onconnection" in handle && typeof handle.onconnection === "function";
}

function isConnectionHandle(handle: unknown): handle is ConnectionHandle {
  return typeof handle === "object" && handle !== null && "close" in handle && typeof handle.close === "function";
}
