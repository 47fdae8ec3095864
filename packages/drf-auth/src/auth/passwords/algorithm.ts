/** What one algorithm has read out of a stored password string. */
export interface StoredHash {
  /** Whether the algorithm would write other parameters today; always true for one that is only read. */
  readonly mustUpgrade: boolean;
  /** Says whether these bytes are the password; throws `UnreadableHash` where that cannot be computed here. */
  verify(password: Buffer): Promise<boolean>;
  /**
   * Spends what `verify` spent less than it would on a hash written today, so that a wrong password for an old hash
   * takes as long as one for an unknown user. Absent where the algorithm is only read.
   */
  spendRest?(password: Buffer): Promise<void>;
}

/** One of Django's password formats. */
export interface PasswordAlgorithm {
  /** What stands before the first `$` of its strings. */
  readonly prefix: string;
  /** Reads a stored string; throws `UnreadableHash` where it is malformed or its parameters are out of bounds. */
  decode(encoded: string): StoredHash;
}

/** One that new passwords can be stored with. */
export interface WritableAlgorithm extends PasswordAlgorithm {
  /** Hashes with today's parameters and gives the string to store. */
  encode(password: Buffer, salt: string): Promise<string>;
}
