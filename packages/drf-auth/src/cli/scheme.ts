/** How an address begins, such as `postgres:`; undefined of a path, with a drive of Windows too. */
export function schemeOf(text: string): string | undefined {
  return /^[a-z][a-z0-9+.-]+:/i.exec(text)?.[0].toLowerCase();
}
