import { randomInt } from "node:crypto";
import { posix } from "node:path";

/** Where the files of a field go: a folder such as `covers/%Y/%m`, or a function that gives the whole name. */
export type UploadTo = string | ((filename: string) => string);

/**
 * The name under which a file that was sent is stored, as Django makes it of `upload_to`: `%Y`, `%m`, `%d`, `%H`, `%M`
 * and `%S` are the time in UTC.
 *
 * @throws {TypeError} when `uploadTo` leads out of the storage.
 */
export function nameOfUpload(uploadTo: UploadTo, filename: string, now = new Date()): string {
  const name =
    typeof uploadTo === "function"
      ? uploadTo(filename)
      : posix.join(withTime(uploadTo, now.toISOString()), validFilename(filename));
  if (isNameWithin(name)) return name;
  throw new TypeError(`uploadTo makes "${name}" of a file: it must be a name within the storage, without "..".`);
}

/** Tells a name that stays in the storage, and that an address can have. */
export function isNameWithin(name: string): boolean {
  if (/[\\\0]/.test(name)) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** As Django's get_valid_filename: what is left of a name that any system and address can have. */
export function validFilename(filename: string): string {
  const last = filename.split(/[\\/]/).at(-1) ?? "";
  const valid = last
    .normalize("NFC")
    .trim()
    .replaceAll(" ", "_")
    .replace(/[^-\p{L}\p{N}_.]/gu, "")
    // A name that begins with a dot is hidden: from people, and from whoever serves the folder.
    .replace(/^\.+/, "");
  return valid === "" ? "file" : valid;
}

/** Another name for a file whose name is taken, or too long: seven letters stand before its ends, as in Django. */
export function otherName(name: string, maxLength: number): string {
  const { dir, base } = posix.parse(name);
  const ends = /(?:\.\w+)*$/.exec(base)?.[0] ?? "";
  const kept = [...ends].length < 30 ? ends : "";
  const folder = dir === "" ? "" : `${dir}/`;
  const room = maxLength - [...folder, ...kept].length - 8;
  if (room < 1) throw new TypeError(`A file cannot be called "${name}" in ${maxLength} characters.`);
  const stem = Array.from(base.slice(0, base.length - kept.length))
    .slice(0, room)
    .join("");
  return `${folder}${stem}_${letters(7)}${kept}`;
}

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

function letters(count: number): string {
  return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join("");
}

function withTime(pattern: string, iso: string): string {
  const places: Readonly<Record<string, readonly [number, number]>> = {
    Y: [0, 4],
    m: [5, 7],
    d: [8, 10],
    H: [11, 13],
    M: [14, 16],
    S: [17, 19],
  };
  return pattern.replace(/%([YmdHMS])/g, (_all, code: string) => iso.slice(...(places[code] ?? [0, 0])));
}
