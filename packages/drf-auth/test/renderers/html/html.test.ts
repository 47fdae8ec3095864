import { describe, expect, it } from "vitest";
// Under its own name a formatter would mend the markup that is meant to be wrong.
import { attributes, html as template } from "../../../src/renderers/html/html.ts";
import { parsePage } from "./parsed-page.ts";

const x = "x";
const refused = /^A template of HTML does not take /;

describe("html", () => {
  it.each([
    ["text", template`<p>${"a"}</p>`, "<p>a</p>"],
    ["special characters", template`<p>${`<b> & "c" 'd'`}</p>`, "<p>&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;</p>"],
    ["Html", template`<p>${template`<b>${"<"}</b>`}</p>`, "<p><b>&lt;</b></p>"],
    ["an array", template`<p>${["<", template`<i></i>`, [1, 2n]]}</p>`, "<p>&lt;<i></i>12</p>"],
    ["nothing", template`<p>${undefined}${null}${false}${""}</p>`, "<p></p>"],
    ["zero", template`<p>${0}</p>`, "<p>0</p>"],
    ["quoted attributes", template`<p title="a ${'"'} b" id='${"'"}'></p>`, `<p title="a &quot; b" id='&#39;'></p>`],
    ["an address", template`<a href="${"/a?b=1&c=2"}"></a>`, '<a href="/a?b=1&amp;c=2"></a>'],
    ["a script's address", template`<a href="${"javascript:alert(1)"}"></a>`, '<a href="#"></a>'],
    ["a title", template`<title>a ${"</title><b>"}</title>`, "<title>a &lt;/title&gt;&lt;b&gt;</title>"],
    ["a text area", template`<textarea>${"</textarea>"}</textarea>`, "<textarea>&lt;/textarea&gt;</textarea>"],
    ["upper case", template`<A HREF="${"javascript:x"}"></A>`, '<A HREF="#"></A>'],
    [
      "no holes",
      template`<!doctype html><!-- a --><script src="/a"></script>`,
      `<!doctype html><!-- a --><script src="/a"></script>`,
    ],
  ])("takes %s", (_, made, expected) => expect(String(made)).toBe(expected));

  it.each([
    ["an unquoted value", () => template`<a href=${x}></a>`],
    ["a part of an unquoted value", () => template`<a title=a${x}></a>`],
    ["a value after a blank", () => template`<a title = "${x}"></a>`],
    ["a tag's name", () => template`<${x}></p>`],
    ["a part of a tag's name", () => template`<h${x}></h1>`],
    ["an end tag's name", () => template`<p></${x}>`],
    ["an attribute's name", () => template`<p data${x}="a"></p>`],
    ["an attribute stuck to a value", () => template`<p title="a"${attributes({ id: x })}></p>`],
    ["an attribute stuck to an attribute", () => template`<p ${attributes({ id: x })}${attributes({ title: x })}></p>`],
    ["an attribute in an end tag", () => template`<p></p ${attributes({ id: x })}>`],
    ["a script", () => template`<script>${x}</script>`],
    ["a script in upper case", () => template`<SCRIPT>${x}</SCRIPT>`],
    ["a style", () => template`<style>${x}</style>`],
    ["a comment", () => template`<!-- ${x} -->`],
    ["a doctype", () => template`<!doctype ${x}>`],
    ["a handler", () => template`<p onclick="${x}"></p>`],
    ["a style attribute", () => template`<p style="color: ${x}"></p>`],
    ["a document in an attribute", () => template`<p srcdoc="${x}"></p>`],
    ["an address in parts", () => template`<a href="${"java"}${"script:x"}"></a>`],
    ["the end of an address", () => template`<a href="/a?b=${x}"></a>`],
    ["a tag that is not closed", () => template`<a title="${x}`],
    ["an element that is not closed", () => template`<title>${x}`],
    ["a bare <", () => template`<p>1 < ${x}</p>`],
    ["an element that reads its text in another way", () => template`<xmp>${x}</xmp>`],
  ])("refuses a value in %s", (_, make) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(refused);
  });

  it.each([
    ["Html in an attribute", () => template`<p title="${template`<b></b>`}"></p>`],
    ["Html in a title", () => template`<title>${template`<b></b>`}</title>`],
    ["text as attributes", () => template`<p ${"onclick=x"}></p>`],
    ["attributes between tags", () => template`<p>${attributes({ id: x })}</p>`],
    ["several addresses in one", () => template`<a href="${["java", "script:x"]}"></a>`],
    ["a handler among attributes", () => template`<p ${attributes({ onclick: x })}></p>`],
    ["a name of an attribute that is none", () => template`<p ${attributes({ "a b": x })}></p>`],
    ["an object", () => template`<p>${{ toString: () => "<b>" } as unknown as string}</p>`],
    ["what only looks like Html", () => template`<p>${JSON.parse('{"markup":"<b>"}') as string}</p>`],
  ])("throws for %s", (_, make) => expect(make).toThrow(TypeError));

  it("makes attributes of true, text and numbers, and leaves out false and undefined", () => {
    const made = attributes({
      required: true,
      hidden: false,
      id: undefined,
      maxlength: 3,
      title: `"'<`,
      href: "data:a",
    });
    expect(String(template`<a ${made}></a>`)).toBe('<a required maxlength="3" title="&quot;&#39;&lt;" href="#"></a>');
  });

  it("gives every character back to whoever reads the markup", () => {
    const codes = [...Array(0x180).keys(), 0x2028, 0x2029, 0x202e, 0xd800, 0xfeff, 0xff1c, 0xff1e, 0xffff];
    for (const first of codes) {
      for (const last of ["", "<", '"', "&", "&lt;", "\n"]) {
        const text = String.fromCharCode(first) + last;
        const [element] = parsePage(String(template`<p title="${text}">${text}</p>`));
        expect([element?.attributes.get("title"), element?.text]).toEqual([text, text]);
      }
    }
  });
});
