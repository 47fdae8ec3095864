/** The server has not answered in time, and whether it ever would nobody knows. */
export class ServerSilent extends Error {
  override readonly name = "ServerSilent";
  /** What the system says of a peer that does not answer. */
  readonly code = "ETIMEDOUT";

  constructor(seconds: number) {
    super(`The server has not answered for ${seconds} s.`);
  }
}
