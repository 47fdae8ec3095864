import { describe, expect, it } from "vitest";
import type { FormFieldDescription } from "../../../src/descriptions/index.ts";
import { fieldOf, pageOf, pages } from "./descriptions.ts";
import { byName, find, parsePage } from "./parsed-page.ts";

const show = (more: Parameters<typeof pageOf>[0] = {}) => parsePage(pages.renderer.renderPage(pageOf(more)));
const csrfInput = '<input type="hidden" name="csrfmiddlewaretoken" value="TOKEN">';

describe("a form", () => {
  const formOf = (...fields: readonly FormFieldDescription[]) =>
    show({ forms: [{ method: "POST", url: "/words/", fields, errors: [] }] });
  const inputOf = (more: Partial<FormFieldDescription>) => {
    const element = byName(formOf(fieldOf(more)), "text");
    const { type = element?.name, value = element?.text } = Object.fromEntries(element?.attributes ?? []);
    return { type, value, attributes: element?.attributes ?? new Map() };
  };

  it("is sent to its address by POST with the token", () => {
    const page = pageOf({ forms: [{ method: "POST", url: "/words/", fields: [], errors: [] }] });
    const markup = pages.renderer.renderPage(page);
    expect(markup).toContain(csrfInput);
    const elements = parsePage(markup);
    expect(find(elements, "form")?.attributes).toEqual(
      new Map([
        ["method", "post"],
        ["action", "/words/"],
        ["novalidate", ""],
      ]),
    );
    expect(elements.filter(({ name }) => name === "input" || name === "textarea")).toHaveLength(1);
    expect(find(elements, "button")?.text).toBe("POST");
  });

  const long = { maxLength: 256 };
  it.each<[Partial<FormFieldDescription>, string, string]>([
    [{ value: "a" }, "text", "a"],
    [{ maxLength: 255, value: "a" }, "text", "a"],
    [{ ...long, value: "\na" }, "textarea", "\n\na"],
    [{ value: "a\nb" }, "textarea", "\na\nb"],
    [{ type: "email", value: "a@b" }, "email", "a@b"],
    [{ type: "email", value: " a@b" }, "text", " a@b"],
    [{ type: "url", value: "http://a" }, "url", "http://a"],
    [{ type: "integer", value: "-5" }, "number", "-5"],
    [{ type: "integer", value: "" }, "number", ""],
    [{ type: "integer", value: "1.5" }, "text", "1.5"],
    [{ type: "integer", value: "five" }, "text", "five"],
    [{ type: "float", value: "1.5e3" }, "number", "1.5e3"],
    [{ type: "decimal", value: "1,5" }, "text", "1,5"],
    [{ type: "date", value: "2024-02-29" }, "date", "2024-02-29"],
    [{ type: "date", value: "2023-02-29" }, "text", "2023-02-29"],
    [{ type: "datetime", value: "" }, "datetime-local", ""],
    [{ type: "datetime", value: "2024-02-29T10:30" }, "datetime-local", "2024-02-29T10:30"],
    [{ type: "datetime", value: "2024-02-29T10:30:05.123" }, "datetime-local", "2024-02-29T10:30:05.123"],
    [{ type: "datetime", value: "2024-02-29T10:30:00Z" }, "text", "2024-02-29T10:30:00Z"],
    [{ type: "datetime", value: "2024-02-29T10:30:00.123456" }, "text", "2024-02-29T10:30:00.123456"],
    [{ type: "datetime", value: "2024-13-29T10:30" }, "text", "2024-13-29T10:30"],
    [{ type: "datetime", value: "0000-01-01T10:30" }, "text", "0000-01-01T10:30"],
    [{ type: "field", value: "1" }, "text", "1"],
    [{ type: "nested object", value: "1" }, "text", "1"],
  ])("shows %j as %s with what was sent", (field, type, value) => {
    expect(inputOf(field)).toMatchObject({ type, value });
  });

  it("makes a text area of what may have several lines, and of nothing else without a greatest length", () => {
    const { maxLength: _, ...field } = fieldOf();
    expect(find(formOf(field), "textarea")).toBeUndefined();
    expect(find(formOf({ ...field, isMultiline: true }), "textarea")).toBeDefined();
  });

  it.each([
    ["", false],
    ["on", true],
    ["TRUE", true],
    ["false", false],
  ])("ticks a check box of which %j was sent: %j", (value, isChecked) => {
    const { type, attributes } = inputOf({ type: "boolean", value, isRequired: true });
    expect([type, attributes.get("value")]).toEqual(["checkbox", "true"]);
    expect(attributes.has("checked")).toBe(isChecked);
    // A box that is required could not say false.
    expect(attributes.has("required")).toBe(false);
  });

  it.each(["password", "new_password1", "PASSWORD"])("never shows again what was sent as %s", (name) => {
    const input = byName(formOf(fieldOf({ name, value: "hunter2" })), name);
    expect(input?.attributes.get("type")).toBe("password");
    expect(input?.attributes.has("value")).toBe(false);
  });

  it("tells the bounds of a field", () => {
    expect(Object.fromEntries(inputOf({ isRequired: true, maxLength: 9 }).attributes)).toMatchObject({
      required: "",
      maxlength: "9",
    });
    const { maxLength: _, ...integer } = fieldOf({ type: "integer", minValue: 0, maxValue: 9 });
    const input = byName(formOf(integer), "text");
    expect(Object.fromEntries(input?.attributes ?? [])).toMatchObject({ min: "0", max: "9", step: "1" });
    expect(inputOf({}).attributes.has("required")).toBe(false);
  });

  it("leaves out what is only read", () => {
    expect(byName(formOf(fieldOf({ isReadOnly: true })), "text")).toBeUndefined();
  });

  it("ties labels, help and errors to their inputs", () => {
    const elements = formOf(
      fieldOf({ label: "First", helpText: "The first.", errors: ["Wrong.", "Too long."] }),
      fieldOf({ name: "second", label: "Second", type: "boolean" }),
    );
    const byId = new Map(elements.map((element) => [element.attributes.get("id"), element]));
    const labels = elements.filter(({ name }) => name === "label");
    expect(
      labels.map(({ text, attributes }) => [text, byId.get(attributes.get("for"))?.attributes.get("name")]),
    ).toEqual([
      ["First", "text"],
      ["Second", "second"],
    ]);
    const input = byName(elements, "text");
    const described = input?.attributes.get("aria-describedby")?.split(" ") ?? [];
    expect(described.map((id) => byId.get(id)?.text)).toEqual(["Wrong.Too long.", "The first."]);
    expect(input?.attributes.get("aria-invalid")).toBe("true");
    expect(byName(elements, "second")?.attributes.has("aria-describedby")).toBe(false);
    expect(byName(elements, "second")?.attributes.has("aria-invalid")).toBe(false);
  });

  it("uses no id twice, however many forms and fields of one name there are", () => {
    const form = { method: "POST", url: "/", fields: [fieldOf({ helpText: "a" }), fieldOf()], errors: [] } as const;
    const ids = show({ forms: [form, form] }).flatMap(({ attributes }) => attributes.get("id") ?? []);
    expect(ids).toHaveLength(new Set(ids).size);
    expect(ids.length).toBeGreaterThan(4);
  });

  it("says first what is wrong with the whole of it", () => {
    const form = { method: "POST", url: "/", fields: [fieldOf()], errors: ["Must make a unique set."] } as const;
    const elements = show({ forms: [form] });
    const alert = elements.findIndex(({ attributes }) => attributes.get("role") === "alert");
    expect(elements[alert]?.text).toBe("Must make a unique set.");
    expect(alert).toBeLessThan(elements.findIndex(({ name }) => name === "label"));
  });
});
