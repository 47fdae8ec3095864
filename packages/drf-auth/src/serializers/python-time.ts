import { asciiDigits } from "./python-names.ts";

/** A day of the calendar. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A time of day with the offset that came with it. */
export interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Six digits. */
  readonly microsecond: string;
  /** Microseconds ahead of UTC, or undefined where none was given. */
  readonly offset: number | undefined;
}

const ISO_DAY = /^(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d)|-?W(\d\d)(?:-?(\d))?)$/;
const LOOSE_DAY = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const ISO_CLOCK =
  /^(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d*))?)?|(\d\d)(\d\d)?(?:[.,](\d*))?)?(Z|[+-]\d\d(?::?\d\d(?::?\d\d(?:\.\d+)?)?)?)?$/;
const LOOSE_CLOCK = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6})\d{0,6})?)?$/;

/** Reads a day as Django does: what Python's `date.fromisoformat` takes, or `2024-1-2`. */
export function parseDay(text: string): Day | undefined {
  const iso = ISO_DAY.exec(text);
  // Both spellings of a week have two hyphens or none.
  if (iso && !(iso[6] && iso[7] && /^\d{4}-W/.test(text) !== /-\d$/.test(text))) {
    const [, year, month, day, compactMonth, compactDay, week, weekday = "1"] = iso;
    const found = week
      ? dayOfWeek(Number(year), Number(week), Number(weekday))
      : realDay(Number(year), Number(month ?? compactMonth), Number(day ?? compactDay));
    if (found) return found;
  }
  const loose = LOOSE_DAY.exec(asciiDigits(text));
  return loose ? realDay(Number(loose[1]), Number(loose[2]), Number(loose[3])) : undefined;
}

/** Reads a time of day as Django does: what Python's `time.fromisoformat` takes, or `1:02`. */
export function parseClock(text: string): Clock | undefined {
  return isoClock(text.replace(/^T/, "")) ?? looseClock(text);
}

/** Reads a point in time as Django does; without a time of day it is midnight. */
export function parseMoment(text: string): { readonly day: Day; readonly clock: Clock } | undefined {
  const midnight: Clock = { hour: 0, minute: 0, second: 0, microsecond: "000000", offset: undefined };
  for (const length of [10, 8, 7]) {
    const day = ISO_DAY.test(text.slice(0, length)) ? parseDay(text.slice(0, length)) : undefined;
    if (!day) continue;
    if (text.length === length) return { day, clock: midnight };
    // Any one character may stand between the two, for Python.
    const clock = isoClock(text.slice(length).replace(/^[^]/u, ""));
    if (clock) return { day, clock };
  }
  const loose = LOOSE_MOMENT.exec(text);
  if (!loose) return undefined;
  const day = parseDay(loose[1] ?? "");
  const clock = looseClock(loose[2] ?? "");
  const offset = offsetOf(loose[3]);
  return day && clock && isWithinDay(offset) ? { day, clock: { ...clock, offset } } : undefined;
}

const LOOSE_MOMENT =
  /^(\d{4}-\d{1,2}-\d{1,2})[T ](\d{1,2}:\d{1,2}(?::\d{1,2}(?:[.,]\d{1,12})?)?)\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/;

function isoClock(text: string): Clock | undefined {
  const match = ISO_CLOCK.exec(text);
  if (!match) return undefined;
  const [, hour, minute, second, fraction, compactMinute, compactSecond, compactFraction, zone] = match;
  return realClock(hour, minute ?? compactMinute, second ?? compactSecond, fraction ?? compactFraction, zone);
}

function looseClock(text: string): Clock | undefined {
  const match = LOOSE_CLOCK.exec(text);
  return match ? realClock(match[1], match[2], match[3], match[4], undefined) : undefined;
}

function realClock(
  hour = "0",
  minute = "0",
  second = "0",
  fraction = "",
  zone: string | undefined = undefined,
): Clock | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offset = offsetOf(zone);
  if (!isWithinDay(offset)) return undefined;
  return {
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    microsecond: fraction.slice(0, 6).padEnd(6, "0"),
    offset,
  };
}

function isWithinDay(offset = 0): boolean {
  return Math.abs(offset) < 86_400_000_000;
}

function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === "") return undefined;
  if (zone === "Z") return 0;
  const [, hours = "0", minutes = "0", seconds = "0", fraction = "0"] =
    /^.(\d\d):?(\d\d)?:?(\d\d)?(?:\.(\d+))?$/.exec(zone) ?? [];
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  const microseconds = whole * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, "0"));
  return zone.startsWith("-") ? -microseconds : microseconds;
}

function realDay(year: number, month: number, day: number): Day | undefined {
  const date = utcDate(year, month, day);
  const isReal = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? { year, month, day } : undefined;
}

/** The day of an ISO week: its first week holds the year's fourth of January. */
function dayOfWeek(year: number, week: number, weekday: number): Day | undefined {
  if (year < 1 || week < 1 || week > 53 || weekday < 1 || weekday > 7) return undefined;
  const fourth = utcDate(year, 1, 4);
  const monday = 4 - ((fourth.getUTCDay() + 6) % 7);
  const date = utcDate(year, 1, monday + (week - 1) * 7 + weekday - 1);
  const thursday = utcDate(year, 1, monday + (week - 1) * 7 + 3);
  if (thursday.getUTCFullYear() !== year) return undefined;
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** `Date.UTC` takes the years below 100 for others. */
function utcDate(year: number, month: number, day: number): Date {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return date;
}

/** `YYYY-MM-DD`. */
export function dayText({ year, month, day }: Day): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

/** `hh:mm:ss[.ffffff]`, without its offset. */
export function clockText({ hour, minute, second, microsecond }: Clock): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${two(hour)}:${two(minute)}:${two(second)}${microsecond === "000000" ? "" : `.${microsecond}`}`;
}
