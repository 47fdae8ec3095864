import { describe, expect, it } from "vitest";
import { mountOf } from "../../src/cli/mounts.ts";

const mountinfo = [
  "22 1 0:21 / / rw,relatime - overlay overlay rw,lowerdir=/a:/b",
  "23 22 0:22 / /proc rw - proc proc rw",
  "24 22 8:1 /volumes/data /data rw,relatime shared:1 - ext4 /dev/sda1 rw",
  "25 22 0:30 / /tmp rw - tmpfs tmpfs rw,size=65536k",
  "26 22 8:1 /x /with\\040space rw - xfs /dev/sdb rw",
  "27 24 0:31 / /data/cache rw - tmpfs tmpfs rw",
].join("\n");

describe("the mount of a path", () => {
  it.each([
    ["/data", { point: "/data", type: "ext4" }],
    ["/data/deep/er", { point: "/data", type: "ext4" }],
    ["/data/cache/x", { point: "/data/cache", type: "tmpfs" }],
    ["/database", { point: "/", type: "overlay" }],
    ["/tmp", { point: "/tmp", type: "tmpfs" }],
    ["/with space/x", { point: "/with space", type: "xfs" }],
    ["/", { point: "/", type: "overlay" }],
  ])("of %s", (path, mount) => {
    expect(mountOf(path, mountinfo)).toEqual(mount);
  });

  it("is unknown where the system tells nothing", () => {
    expect(mountOf("/data", "")).toBeUndefined();
  });

  it("is the later of two on one point", () => {
    const twice = `${mountinfo}\n28 22 0:40 / /data rw - tmpfs tmpfs rw`;
    expect(mountOf("/data", twice)).toEqual({ point: "/data", type: "tmpfs" });
  });
});
