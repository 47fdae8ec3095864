import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Server } from "node:net";
import { setImmediate as nextRound } from "node:timers/promises";

/** What Node's own handle of a listening socket has; not public, so its shape is checked before it is used. */
interface ListeningHandle {
  onconnection: (error: number, connection: unknown) => void;
  close(): void;
}

const channel = "tracing:net.server.listen:asyncEnd";
const quietRounds = 3;
const longestMilliseconds = 250;

/**
 * Closes the sockets on which the cluster module accepts connections for all workers, while the workers still take what
 * was accepted. The module itself closes them when the last worker stops listening, and with them, unanswered, every
 * connection that waits in the kernel or in its queue; it has no public way to do it in the other order. Where Node's
 * internals differ from what is expected here, nothing is closed and the module's order remains.
 */
export class Acceptor {
  readonly #handles = new Map<string, { readonly server: Server; readonly handle: ListeningHandle }>();
  readonly #notice = (message: unknown): void => {
    const { server } = message as { readonly server: Server & { readonly _handle?: unknown } };
    const handle = server._handle;
    if (isListeningHandle(handle)) this.#handles.set(JSON.stringify(server.address()), { server, handle });
  };

  /** Watches for sockets that this process opens from now on. */
  constructor() {
    subscribe(channel, this.#notice);
  }

  /** Accepts what waits in the kernel, closes the sockets and resolves. */
  async stop(): Promise<void> {
    const handles = [...this.#handles.values()];
    // The module takes the handle away from the server that opened it; any other server here is not the workers'.
    const shared = handles.filter(
      ({ server }) => (server as unknown as { readonly _handle: unknown })._handle === null,
    );
    await Promise.all(shared.map(({ handle }) => closeWhenQuiet(handle)));
  }

  dispose(): void {
    unsubscribe(channel, this.#notice);
  }
}

async function closeWhenQuiet(handle: ListeningHandle): Promise<void> {
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
  handle.close();
}

function isListeningHandle(handle: unknown): handle is ListeningHandle {
  if (typeof handle !== "object" || handle === null) return false;
  const { onconnection, close } = handle as Partial<ListeningHandle>;
  return typeof onconnection === "function" && typeof close === "function";
}
