/**
 * A stored password string that cannot be verified; never leaves this room.
 *
 * The message is for the log: it names the algorithm and what is wrong, and quotes nothing of the string, which may be
 * a password that something stored in plain text.
 */
export class UnreadableHash extends Error {
  override readonly name = "UnreadableHash";
}
