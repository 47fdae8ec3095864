/** The server does not prove by the password that it is the one at the end of the encrypted channel. */
export class ChannelNotBound extends Error {
  override readonly name = "ChannelNotBound";

  constructor() {
    super(
      "channel_binding=require is asked for, and the server does not offer it: it needs TLS and a password of " +
        "scram-sha-256. Leave it out, or write sslmode=verify-full",
    );
  }
}
