import { Server } from "node:net";

import { emptyBacklog } from "./backlog.ts";

/** Where a server is to be reached. */
export interface Address {
  /** A name or an IP address of this machine. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

export interface ListenOptions extends Address {
  readonly backlog: number;
}

/** Where a server is reached. */
export interface ListeningAddress {
  readonly host: string;
  readonly port: number;
}

/** Says why an address cannot be listened on, and what to change. Trying again does not help. */
export class ListenError extends Error {
  override readonly name = "ListenError";
}

/** Opens the port and resolves when connections are accepted. Throws ListenError. */
export async function listen(server: Server, options: ListenOptions): Promise<ListeningAddress> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(options, () => {
        server.removeListener("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw new ListenError(explain(error as NodeJS.ErrnoException, options), { cause: error });
  }
  const address = server.address();
  return { host: options.host, port: address !== null && typeof address === "object" ? address.port : options.port };
}

/**
 * Closes the port when what waits in the kernel is accepted. An HTTP server goes on enforcing the time-outs of requests,
 * which it would not after its own `close()`.
 */
export async function stopListening(server: Server): Promise<void> {
  let accepted = 0;
  const count = () => {
    accepted += 1;
  };
  server.on("connection", count);
  await emptyBacklog(() => accepted);
  server.removeListener("connection", count);
  Server.prototype.close.call(server);
}

function explain(error: NodeJS.ErrnoException, { host, port }: ListenOptions): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is already in use. Stop the other program or set PORT to another number.`;
    case "EACCES":
    case "EPERM":
      return `Port ${port} on ${host} is not allowed to this user. Set PORT to a number above 1023.`;
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
    case "EAI_AGAIN":
    case "EINVAL":
    case "ENOTFOUND":
      return `${host} is not an address of this machine. Set HOST to 127.0.0.1, to 0.0.0.0 or to one of its own.`;
    case "ERR_SOCKET_BAD_PORT":
      return `${port} is not a port. Set PORT to a number from 0 to 65535.`;
    default:
      return `Port ${port} on ${host} cannot be opened: ${error.message}`;
  }
}
