import { Html, html } from "./html.ts";
import { style } from "./style.ts";

/** How a document comes by its stylesheet. */
export type StyleElement = Html;

/** The stylesheet at an address of this site. */
export function linkedStyle(address: string): StyleElement {
  return html`<link rel="stylesheet" href="${address}" />`;
}

/** The stylesheet in the document: its hash is in the headers, so that it stands there letter for letter. */
export const inlineStyle: StyleElement = new Html(`<style>${style}</style>`);

/** Makes a whole document of what stands in its body. */
export function renderDocument(title: string, styleElement: StyleElement, body: Html): string {
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
