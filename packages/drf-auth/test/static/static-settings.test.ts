import { describe, expect, it } from "vitest";
import { resolveStaticPlaces } from "../../src/static/index.ts";

describe("settings.static", () => {
  it("are places beside the application where nothing is said", () => {
    expect(resolveStaticPlaces({}, "/srv/app")).toEqual({
      folders: [{ label: "static", path: "/srv/app/static" }],
      isNamed: false,
      root: "/srv/app/staticfiles",
      url: "/static/",
    });
  });

  it.each([
    [{ url: "static/" }, /a slash at both ends/],
    [{ url: "/static" }, /a slash at both ends/],
    [{ url: "/" }, /a slash at both ends/],
    [{ url: "//cdn.example/" }, /a slash at both ends/],
    [{ url: "/../" }, /a slash at both ends/],
    [{ url: "https://cdn.example/" }, /a slash at both ends/],
    [{ folders: ["."] }, /holds the application itself: its source and secrets/],
    [{ folders: [".."] }, /holds the application itself/],
    [{ root: "." }, /root is "\.", which holds the application itself/],
    [{ root: "static/collected" }, /lie in each other/],
    [{ root: "public", folders: ["public"] }, /lie in each other/],
    [{ folders: ["staticfiles/own"] }, /lie in each other/],
    [{ folder: ["static"] } as object, /no option "folder"\. Did you mean "folders"\?/],
  ])("%j are refused", (settings, message) => {
    expect(() => resolveStaticPlaces(settings, "/srv/app")).toThrow(message);
  });

  it("may name folders elsewhere", () => {
    const { folders } = resolveStaticPlaces({ folders: ["../frontend/dist", "/usr/share/logos"] }, "/srv/app");
    expect(folders.map(({ path }) => path)).toEqual(["/srv/frontend/dist", "/usr/share/logos"]);
  });
});
