/** Reads a whole number as Python's `int()` reads text: spaces around it, a sign and single underscores are allowed. */
export function parseWholeNumber(text: string): number | undefined {
  const digits = wholeNumberDigits(text);
  return digits === undefined ? undefined : Number(digits);
}

/** The digits of a whole number with its minus sign, however large it is; digits of every script count, as in Python. */
export function wholeNumberDigits(text: string): string | undefined {
  const match = WHOLE_NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign = "", digits = ""] = match;
  const plain = digits.replaceAll("_", "").replace(/[^0-9]/gu, digitOf);
  return sign === "-" ? `-${plain}` : plain;
}

const SPACE = "[\\t-\\r\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*";
const WHOLE_NUMBER = new RegExp(`^${SPACE}([+-]?)(\\p{Nd}+(?:_\\p{Nd}+)*)${SPACE}$`, "u");
const DIGIT = /^\p{Nd}$/u;

/** Unicode keeps the ten digits of a script together and begins each run with a zero. */
function digitOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  let zero = code;
  while (DIGIT.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}
