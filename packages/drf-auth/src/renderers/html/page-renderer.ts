import type { Link, PageDescription } from "../../descriptions/index.ts";
import type { PageRenderer } from "../renderer.ts";
import { renderDocument, type StyleElement } from "./document.ts";
import { renderForm } from "./form.ts";
import { highlight, maxHighlightedLength } from "./highlight-json.ts";
import { type Html, html } from "./html.ts";
import { contentSecurityPolicy, pageContentType } from "./page-headers.ts";
import { renderSiteHeader } from "./site-header.ts";

const blankLines = /\n[^\S\n]*\n/;

/** Makes the renderer that shows an answer to a person: the page of the browsable API, without a script. */
export function pageRenderer(style: StyleElement): PageRenderer {
  return Object.freeze<PageRenderer>({
    mediaType: "text/html",
    format: "api",
    contentType: pageContentType,
    headers: Object.freeze({ "Content-Security-Policy": contentSecurityPolicy }),
    renderPage: (page) => renderPage(style, page),
  });
}

function renderPage(style: StyleElement, page: PageDescription): string {
  return renderDocument(
    `${page.name} – ${page.title}`,
    style,
    html`${renderSiteHeader(page, page.url)}
      <main>
        ${breadcrumbs(page.breadcrumbs)}
        <h1>${page.name}</h1>
        ${paragraphs(page.description)} ${facts(page)} ${pagination(page)} ${answer(page)}
        ${page.forms.map(
          (form, index) =>
            html`<section aria-label="${form.method} form">
              <h2>${form.method}</h2>
              ${renderForm(form, page, `form-${index + 1}`)}
            </section>`,
        )}
      </main>`,
  );
}

function breadcrumbs(links: readonly Link[]): Html | undefined {
  if (links.length === 0) return undefined;
  const last = links.length - 1;
  return html`<nav aria-label="Breadcrumbs">
    <ol>
      ${links.map(({ name, url }, index) =>
        index === last
          ? html`<li><a href="${url}" aria-current="page">${name}</a></li>`
          : html`<li><a href="${url}">${name}</a></li>`,
      )}
    </ol>
  </nav>`;
}

function paragraphs(text: string): Html[] {
  return text
    .split(blankLines)
    .filter((paragraph) => paragraph.trim() !== "")
    .map((paragraph) => html`<p>${paragraph.trim()}</p>`);
}

function facts({ allowedMethods, formats, actions }: PageDescription): Html | undefined {
  const methods = allowedMethods.filter((method) => method !== "").join(", ");
  const rows = [
    methods !== "" &&
      html`<dt>Methods</dt>
        <dd>${methods}</dd>`,
    formats.length > 0 &&
      html`<dt>Formats</dt>
        <dd>${linkList(formats)}</dd>`,
    actions.length > 0 &&
      html`<dt>Actions</dt>
        <dd>${linkList(actions)}</dd>`,
  ];
  return rows.some((row) => row !== false) ? html`<dl>${rows}</dl>` : undefined;
}

function linkList(links: readonly Link[]): Html {
  return html`<ul class="list">
    ${links.map(({ name, url }) => html`<li><a href="${url}">${name}</a></li>`)}
  </ul>`;
}

function pagination({ pagination }: PageDescription): Html | undefined {
  const { previous, next } = pagination ?? {};
  if (previous === undefined && next === undefined) return undefined;
  return html`<nav aria-label="Pages">
    <ul>
      ${previous !== undefined && html`<li><a href="${previous}" rel="prev">Previous page</a></li>`}
      ${next !== undefined && html`<li><a href="${next}" rel="next">Next page</a></li>`}
    </ul>
  </nav>`;
}

function answer({ method, url, status, statusText, headers, content }: PageDescription): Html {
  return html`<section aria-label="Response">
    <pre><code><b>${method}</b> ${url}</code></pre>
    ${
      content !== undefined &&
      content.length > maxHighlightedLength &&
      html`<p class="quiet">This response is long; it is shown without colours and links.</p>`
    }
    <pre><code><b>HTTP ${status} ${statusText}</b>
${headers.map(([name, value]) => [html`<b>${name}:</b> ${value}`, "\n"])}${
      content !== undefined && ["\n", html`<span id="content">${highlight(content)}</span>`]
    }</code></pre>
  </section>`;
}
