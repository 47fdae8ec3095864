const SECOND = 1_000_000n;
const DAY = 86_400n * SECOND;
const DURATION = /^(?:(-?\d+) )?(\d+):(\d\d):(\d\d)(?:\.(\d{6}))?$/;

/** The text of a span of time as DRF writes it: `[D ]HH:MM:SS[.ffffff]`; only the days are ever below nought. */
export function durationText(microseconds: bigint | number): string {
  if (typeof microseconds === "bigint") {
    const rest = ((microseconds % DAY) + DAY) % DAY;
    return spanText((microseconds - rest) / DAY, Number(rest));
  }
  const days = Math.floor(microseconds / dayMicroseconds);
  return spanText(days, microseconds - days * dayMicroseconds);
}

const dayMicroseconds = Number(DAY);

function spanText(days: bigint | number, rest: number): string {
  const seconds = Math.floor(rest / 1_000_000);
  const fraction = rest - seconds * 1_000_000;
  const minutes = Math.floor(seconds / 60);
  const clock = `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`;
  const text = fraction === 0 ? clock : `${clock}.${String(fraction).padStart(6, "0")}`;
  return Number(days) === 0 ? text : `${days} ${text}`;
}

const twoDigits: readonly string[] = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));

/** The microseconds of a span of time as `durationText` writes it; undefined for any other text. */
export function durationMicroseconds(text: string): bigint | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const [, days = "0", hours = "0", minutes = "0", seconds = "0", fraction = "0"] = match;
  const clock = (BigInt(hours) * 60n + BigInt(minutes)) * 60n + BigInt(seconds);
  return BigInt(days) * DAY + clock * SECOND + BigInt(fraction);
}

/** A span of time as PostgreSQL takes it, and as Django gives it: days, and what is left of them. */
export function intervalText(microseconds: bigint): string {
  const rest = ((microseconds % DAY) + DAY) % DAY;
  const fraction = String(rest % SECOND).padStart(6, "0");
  return `${(microseconds - rest) / DAY} days ${rest / SECOND}.${fraction} seconds`;
}
