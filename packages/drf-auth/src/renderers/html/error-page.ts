import type { ErrorPageDescription } from "../../descriptions/index.ts";
import { renderDocument, type StyleElement } from "./document.ts";
import { html } from "./html.ts";

/** Makes the page that says what is wrong; it has a trace only where the description has one. */
export function renderErrorPage(style: StyleElement, { status, title, text, trace }: ErrorPageDescription): string {
  return renderDocument(
    `${status} ${title}`,
    style,
    html`<main>
      <h1>${title}</h1>
      ${text.map((paragraph) => html`<p>${paragraph}</p>`)}
      <p class="quiet">HTTP ${status}</p>
      ${trace !== undefined && html`<pre><code>${trace}</code></pre>`}
    </main>`,
  );
}
