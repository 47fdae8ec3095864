/** `2024-01-01 12:00:00.123456`, as Django stores UTC in SQLite, to `2024-01-01T12:00:00.123456Z`. */
export function isoFromStored(stored: string): string {
  return `${stored.slice(0, 10)}T${stored.slice(11)}Z`;
}

/** A day, or a time with its zone: without one it would be the server's, whichever that is. */
const isoTime = /^(\d{4}-\d\d-\d\d)(?:T(?:[01]\d|2[0-3]):\d\d(?::\d\d(?:\.(\d+))?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** What is stored of a row's time; undefined where it is none that Django can read. */
export function storedFromIso(iso: string): string | undefined {
  if (iso === lastTime.iso) return lastTime.stored;
  const [, day = "", fraction = ""] = isoTime.exec(iso) ?? [];
  const utc = utcOf(iso);
  // A Date takes 30 February for 1 March, and Django reads no year outside of 1 to 9999.
  if (!utc || !utcOf(day)?.startsWith(day) || utc.startsWith("0000") || utc.length !== 24) return undefined;
  const microseconds = fraction.padEnd(6, "0").slice(0, 6);
  const stored = `${utc.slice(0, 10)} ${utc.slice(11, 19)}`;
  return microseconds === "000000" ? stored : `${stored}.${microseconds}`;
}

function utcOf(iso: string): string | undefined {
  const time = new Date(iso);
  return Number.isNaN(time.valueOf()) ? undefined : time.toISOString();
}

/** Tells whether text is a day that exists, as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && text >= "0001" && utcOf(text)?.startsWith(text) === true;
}

/** Tells whether text is a time of day, as `hh:mm:ss[.ffffff]`. */
export function isTimeOfDay(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{6})?$/.test(text);
}

/** The clock's last reading, as a row holds it and as it is stored: what is made in one millisecond shares it. */
let lastTime = { milliseconds: Number.NaN, iso: "never", stored: "never" };

/** The current time as a row holds it: UTC, ISO 8601, with microseconds. */
export function currentTime(): string {
  const milliseconds = Date.now();
  if (milliseconds !== lastTime.milliseconds) {
    const text = new Date(milliseconds).toISOString();
    const stored = `${text.slice(0, 10)} ${text.slice(11, 19)}`;
    const fraction = text.slice(19, 23);
    lastTime = {
      milliseconds,
      iso: `${text.slice(0, 23)}000Z`,
      stored: fraction === ".000" ? stored : `${stored}${fraction}000`,
    };
  }
  return lastTime.iso;
}

/** Today in UTC, as a row holds it. */
export function currentDay(): string {
  return currentTime().slice(0, 10);
}

/** A Date from a row's time; its microseconds are cut to milliseconds. */
export function toDate(iso: string): Date {
  return new Date(iso);
}
