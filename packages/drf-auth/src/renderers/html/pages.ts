import type { ErrorPageDescription, LoginPageDescription } from "../../descriptions/index.ts";
import type { PageRenderer } from "../renderer.ts";
import { inlineStyle, linkedStyle } from "./document.ts";
import { renderErrorPage } from "./error-page.ts";
import { renderLoginPage } from "./login-page.ts";
import { pageRenderer } from "./page-renderer.ts";
import { styleName } from "./style.ts";

/** The pages of an application. */
export interface Pages {
  /** Shows an answer to a person: the page of the browsable API, without a script. */
  readonly renderer: PageRenderer;
  /** Makes the page that asks for a username and a password; the password is never in it. */
  renderLogin(page: LoginPageDescription): string;
  /** Makes the page that says what is wrong; it has a trace only where the description has one. */
  renderError(page: ErrorPageDescription): string;
}

/** Makes the pages of an application, which gives the address of a static file by its name. */
export function pagesWith(asset: (name: string) => string): Pages {
  const style = linkedStyle(asset(styleName));
  return Object.freeze<Pages>({
    renderer: pageRenderer(style),
    renderLogin: (page) => renderLoginPage(style, page),
    renderError: (page) => renderErrorPage(style, page),
  });
}

/** The page that says what is wrong where nothing else of the site can be asked for: its style stands in it. */
export function renderLoneErrorPage(page: ErrorPageDescription): string {
  return renderErrorPage(inlineStyle, page);
}
