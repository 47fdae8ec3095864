import type {
  ErrorPageDescription,
  FormFieldDescription,
  LoginPageDescription,
  PageDescription,
} from "../../../src/descriptions/index.ts";
import { pagesWith } from "../../../src/renderers/index.ts";

/** Pages whose stylesheet is asked for under its own name. */
export const pages = pagesWith((name) => `/static/${name}`);

export function fieldOf(more: Partial<FormFieldDescription> = {}): FormFieldDescription {
  return {
    name: "text",
    type: "string",
    isRequired: false,
    isReadOnly: false,
    label: "Text",
    maxLength: 100,
    value: "",
    errors: [],
    ...more,
  };
}

export function pageOf(more: Partial<PageDescription> = {}): PageDescription {
  return {
    title: "Thesaurus",
    username: undefined,
    loginUrl: "/api-auth/login/",
    logoutUrl: "/api-auth/logout/",
    csrfToken: "TOKEN",
    name: "Word List",
    description: "Words.",
    method: "GET",
    url: "/words/?page=2",
    status: 200,
    statusText: "OK",
    headers: [["Allow", "GET, POST"]],
    content: "{}",
    breadcrumbs: [
      { name: "Api Root", url: "/" },
      { name: "Word List", url: "/words/" },
    ],
    allowedMethods: ["GET", "POST"],
    formats: [],
    actions: [],
    pagination: undefined,
    forms: [],
    ...more,
  };
}

export function loginPageOf(more: Partial<LoginPageDescription> = {}): LoginPageDescription {
  return {
    title: "Thesaurus",
    username: undefined,
    loginUrl: "/api-auth/login/",
    logoutUrl: "/api-auth/logout/",
    csrfToken: "TOKEN",
    url: "/api-auth/login/",
    usernameLabel: "Username",
    usernameField: "username",
    value: "",
    next: "/words/",
    errors: [],
    ...more,
  };
}

const types = ["string", "email", "url", "integer", "float", "decimal", "boolean", "date", "datetime", "field"];

/** A page in which every text of its description is `text`. */
export function pageFull(text: string, username: string | undefined): PageDescription {
  const link = { name: text, url: text };
  const fields = types.flatMap((type) => [
    fieldOf({ type, name: text, label: text, helpText: text, value: text, errors: [text, text] }),
    { ...fieldOf({ type, name: text, label: text, value: text }), maxLength: 1000 },
  ]);
  return {
    title: text,
    username,
    loginUrl: text,
    logoutUrl: text,
    csrfToken: text,
    name: text,
    description: text,
    breadcrumbs: [link, link],
    method: text,
    url: text,
    status: 200,
    statusText: text,
    headers: [[text, text]],
    content: JSON.stringify({ [text]: text }, undefined, 4),
    allowedMethods: [text],
    formats: [link],
    actions: [link],
    pagination: { next: text, previous: text },
    forms: [{ method: "POST", url: text, fields, errors: [text] }],
  };
}

export function loginPageFull(text: string): LoginPageDescription {
  return {
    title: text,
    username: text,
    loginUrl: text,
    logoutUrl: text,
    csrfToken: text,
    url: text,
    usernameLabel: text,
    usernameField: text,
    value: text,
    next: text,
    errors: [text],
  };
}

export function errorPageFull(text: string): ErrorPageDescription {
  return { status: 500, title: text, text: [text, text], trace: text };
}
