/** @throws {TypeError} when a value is undefined: it may be meant for null, or for nothing. */
export function mustBeDefined(where: string, values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) throw new TypeError(`${where}: ${name} is undefined. Leave it out, or write null.`);
  }
}
