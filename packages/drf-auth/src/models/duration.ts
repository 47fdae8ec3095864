const SECOND = 1_000_000n;
const DAY = 86_400n * SECOND;
const DURATION = /^(?:(-?\d+) )?(\d+):(\d\d):(\d\d)(?:\.(\d{6}))?$/;

/** The text of a span of time as DRF writes it: `[D ]HH:MM:SS[.ffffff]`; only the days are ever below nought. */
export function durationText(microseconds: bigint): string {
  const rest = ((microseconds % DAY) + DAY) % DAY;
  const days = (microseconds - rest) / DAY;
  const seconds = Number(rest / SECOND);
  const fraction = rest % SECOND;
  const two = (number: number) => String(number).padStart(2, "0");
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${days === 0n ? "" : `${days} `}${clock}${fraction === 0n ? "" : `.${String(fraction).padStart(6, "0")}`}`;
}

/** The microseconds of a span of time as `durationText` writes it; undefined for any other text. */
export function durationMicroseconds(text: string): bigint | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0", fraction = "0"] = match;
  const clock = (BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  return BigInt(days) * DAY + clock * SECOND + BigInt(fraction);
}
