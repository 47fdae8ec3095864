import type { FieldDescription } from "./field-description.ts";

export interface Link {
  readonly name: string;
  readonly url: string;
}

/** A field of a form with what was sent for it and what is wrong with that. */
export interface FormFieldDescription extends FieldDescription {
  readonly value: string;
  readonly errors: readonly string[];
}

/** A form that is sent to the address of the page. */
export interface FormDescription {
  readonly method: "POST";
  readonly url: string;
  readonly fields: readonly FormFieldDescription[];
  /** What is wrong with the whole of it. */
  readonly errors: readonly string[];
}

/** What stands on every page: who looks at it, and where to log in and out. */
export interface SiteDescription {
  readonly title: string;
  /** Who is logged in. */
  readonly username: string | undefined;
  /** Where to log in; undefined where there is no such page. */
  readonly loginUrl: string | undefined;
  /** Where to log out, by POST with the CSRF token. */
  readonly logoutUrl: string | undefined;
  readonly csrfToken: string;
}

/** An answer as a person reads it: plain data, from which a page is made. */
export interface PageDescription extends SiteDescription {
  readonly name: string;
  readonly description: string;
  /** From the root to this page. */
  readonly breadcrumbs: readonly Link[];
  readonly method: string;
  /** The path with its query. */
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The data as indented JSON text; undefined where there is no content. */
  readonly content: string | undefined;
  readonly allowedMethods: readonly string[];
  /** The same data in other formats. */
  readonly formats: readonly Link[];
  /** Further actions of a view set. */
  readonly actions: readonly Link[];
  readonly pagination: { readonly next: string | undefined; readonly previous: string | undefined } | undefined;
  readonly forms: readonly FormDescription[];
}

/** The page that asks for a username and a password. */
export interface LoginPageDescription extends SiteDescription {
  /** Where it is sent. */
  readonly url: string;
  readonly usernameLabel: string;
  readonly usernameField: string;
  /** What was sent as the username. */
  readonly value: string;
  /** Where to go after it. */
  readonly next: string;
  readonly errors: readonly string[];
}

/** A page that says what is wrong. */
export interface ErrorPageDescription {
  readonly status: number;
  readonly title: string;
  /** Paragraphs of plain text. */
  readonly text: readonly string[];
  /** The trace of an error, in development alone. */
  readonly trace?: string;
}
