import { posix } from "node:path";

/** What a path is mounted from. */
export interface Mount {
  readonly point: string;
  /** Such as ext4, overlay or tmpfs. */
  readonly type: string;
}

/** Finds the mount that holds a path in the text of /proc/self/mountinfo (proc(5)); undefined where it tells nothing. */
export function mountOf(path: string, mountinfo: string): Mount | undefined {
  let found: Mount | undefined;
  for (const line of mountinfo.split("\n")) {
    // 36 35 98:0 /root-of-mount /mount-point options… - type source options
    const [before = "", after = ""] = line.split(" - ");
    const point = unescaped(before.split(" ")[4] ?? "");
    const type = after.split(" ")[0] ?? "";
    if (point === "" || !isWithin(path, point)) continue;
    // A later mount on the same point covers the earlier.
    if (found === undefined || point.length >= found.point.length) found = { point, type };
  }
  return found;
}

function isWithin(path: string, folder: string): boolean {
  const relative = posix.relative(folder, path);
  return relative === "" || (!relative.startsWith("..") && !posix.isAbsolute(relative));
}

/** Spaces and such stand as three octal digits. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
