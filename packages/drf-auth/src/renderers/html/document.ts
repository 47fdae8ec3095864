import { Html, html } from "./html.ts";
import { style } from "./style.ts";

// Its hash is in the headers, so that it stands here letter for letter; no value is in it.
const styleElement = new Html(`<style>${style}</style>`);

/** Makes a whole document of what stands in its body. */
export function renderDocument(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="none" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        ${body}
      </body>
    </html>`.toString();
}
