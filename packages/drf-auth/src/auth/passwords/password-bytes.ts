/** The longest password that is hashed, in bytes of UTF-8. */
export const maxPasswordBytes = 4096;

const refusals = {
  empty: "The password is empty.",
  tooLong: `The password is longer than ${maxPasswordBytes} bytes.`,
  notUnicode: "The password contains characters that cannot be stored as UTF-8.",
} as const;

/** A password as its bytes, or why it cannot be one. */
export type PasswordBytes =
  | { readonly bytes: Buffer; readonly refusal?: never }
  | { readonly bytes?: never; readonly refusal: string };

/** Gives the UTF-8 bytes of a password as they stand: like Django, without Unicode normalisation. */
export function passwordBytes(password: string): PasswordBytes {
  if (password === "") return { refusal: refusals.empty };
  // A character takes at least one byte: a huge string is refused before anything goes through it.
  if (password.length > maxPasswordBytes) return { refusal: refusals.tooLong };
  // Encoding would turn every lone surrogate into the same replacement character.
  if (!password.isWellFormed()) return { refusal: refusals.notUnicode };
  const bytes = Buffer.from(password, "utf8");
  return bytes.length > maxPasswordBytes ? { refusal: refusals.tooLong } : { bytes };
}
