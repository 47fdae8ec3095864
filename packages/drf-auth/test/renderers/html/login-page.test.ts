import { describe, expect, it } from "vitest";
import { loginPageOf, pages } from "./descriptions.ts";
import { byName, find, linksOf, parsePage } from "./parsed-page.ts";

const csrfInput = '<input type="hidden" name="csrfmiddlewaretoken" value="TOKEN">';

describe("the login page", () => {
  const show = (more: Parameters<typeof loginPageOf>[0] = {}) => parsePage(pages.renderLogin(loginPageOf(more)));

  it("asks for a username and a password, and carries the token and the way back", () => {
    expect(pages.renderLogin(loginPageOf())).toContain(csrfInput);
    const elements = show();
    expect(Object.fromEntries(find(elements, "form")?.attributes ?? [])).toEqual({
      method: "post",
      action: "/api-auth/login/",
    });
    const inputs = elements.filter(({ name }) => name === "input");
    expect(inputs.map(({ attributes }) => [attributes.get("name"), attributes.get("type")])).toEqual([
      ["csrfmiddlewaretoken", "hidden"],
      ["next", "hidden"],
      ["username", "text"],
      ["password", "password"],
    ]);
    expect(byName(elements, "next")?.attributes.get("value")).toBe("/words/");
    expect(byName(elements, "username")?.attributes.get("autocomplete")).toBe("username");
    expect(byName(elements, "password")?.attributes.get("autocomplete")).toBe("current-password");
    expect(linksOf(elements)).toEqual([]);
  });

  it("says what is wrong, keeps the username and names its field as the user model does", () => {
    const elements = show({ errors: ["No."], value: "ann@", usernameField: "email", usernameLabel: "Email address" });
    const input = byName(elements, "email");
    expect(input?.attributes.get("value")).toBe("ann@");
    expect(input?.attributes.get("aria-invalid")).toBe("true");
    const id = input?.attributes.get("aria-describedby");
    expect(elements.find(({ attributes }) => attributes.get("id") === id)?.text).toBe("No.");
    expect(elements.filter(({ name }) => name === "label").map(({ text }) => text)).toEqual([
      "Email address",
      "Password",
    ]);
  });
});
