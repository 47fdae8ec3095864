/** What a server says that ends a session: an ErrorResponse of the protocol. */
export function fatalAnswer(code: string, message: string): Buffer {
  const fields = ["SFATAL", `C${code}`, `M${message}`, ""].map((text) => `${text}\0`).join("");
  return Buffer.concat([Buffer.from("E\0\0\0"), Buffer.of(fields.length + 4), Buffer.from(fields)]);
}
