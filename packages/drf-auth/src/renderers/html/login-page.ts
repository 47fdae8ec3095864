import type { LoginPageDescription } from "../../descriptions/index.ts";
import { renderDocument, type StyleElement } from "./document.ts";
import { renderErrors } from "./form.ts";
import { attributes, html } from "./html.ts";
import { renderCsrfInput, renderSiteHeader } from "./site-header.ts";

/** Makes the page that asks for a username and a password; the password is never in it. */
export function renderLoginPage(style: StyleElement, page: LoginPageDescription): string {
  const isWrong = page.errors.length > 0;
  const described = { "aria-describedby": isWrong && "login-errors", "aria-invalid": isWrong && "true" };
  const username = { id: "login-username", name: page.usernameField, value: page.value, autocomplete: "username" };
  const password = { id: "login-password", name: "password", autocomplete: "current-password" };
  return renderDocument(
    `Log in – ${page.title}`,
    style,
    html`${renderSiteHeader({ ...page, loginUrl: undefined }, page.next)}
      <main class="narrow">
        <h1>Log in</h1>
        ${isWrong && html`<div id="login-errors">${renderErrors(page.errors)}</div>`}
        <form method="post" action="${page.url}">
          ${renderCsrfInput(page)}
          <input type="hidden" name="next" value="${page.next}" />
          <div class="field">
            <label for="login-username">${page.usernameLabel}</label>
            <input type="text" autocapitalize="none" autofocus required ${attributes({ ...username, ...described })} />
          </div>
          <div class="field">
            <label for="login-password">Password</label>
            <input type="password" required ${attributes({ ...password, ...described })} />
          </div>
          <button>Log in</button>
        </form>
      </main>`,
  );
}
