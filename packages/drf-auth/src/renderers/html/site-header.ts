import type { SiteDescription } from "../../descriptions/index.ts";
import { type Html, html } from "./html.ts";

/** Makes the head of a page: the site's title, and where to log in or out; `next` is where to go after that. */
export function renderSiteHeader(site: SiteDescription, next: string): Html {
  return html`<header>
    <p>${site.title}</p>
    ${site.username === undefined ? loginLink(site, next) : logoutForm(site, site.username, next)}
  </header>`;
}

/** Makes the hidden input that proves that a form came from this site. */
export function renderCsrfInput({ csrfToken }: SiteDescription): Html {
  // Clients look for it letter for letter as Django writes it.
  // oxfmt-ignore
  return html`<input type="hidden" name="csrfmiddlewaretoken" value="${csrfToken}">`;
}

function loginLink({ loginUrl }: SiteDescription, next: string): Html | undefined {
  if (loginUrl === undefined) return undefined;
  const separator = loginUrl.includes("?") ? "&" : "?";
  return html`<a href="${`${loginUrl}${separator}next=${encodeURIComponent(next.toWellFormed())}`}">Log in</a>`;
}

function logoutForm(site: SiteDescription, username: string, next: string): Html {
  if (site.logoutUrl === undefined) return html`<span>${username}</span>`;
  return html`<form method="post" action="${site.logoutUrl}">
    ${renderCsrfInput(site)}
    <input type="hidden" name="next" value="${next}" />
    <span>${username}</span>
    <button>Log out</button>
  </form>`;
}
