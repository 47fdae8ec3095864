import { audit } from "../audit.ts";
import { APIException, ServiceUnavailable, Throttled } from "../errors.ts";
import { Form, type Request, Response } from "../http/index.ts";
import { fieldOf } from "../models/index.ts";
import { allowAny } from "../policies/index.ts";
import { type DataRenderer, pageHeaders } from "../renderers/index.ts";
import { bindView, type BoundView, path, type Route, type ViewServices } from "../views/index.ts";
import { nextWithin } from "./next-within.ts";

/** Log-in and log-out by session, as Django's: `include("api-auth/", sessionRoutes())`. */
export function sessionRoutes(): readonly Route[] {
  return [
    path("login/", { bind: bindLogin }, { name: "rest_framework:login" }),
    path("logout/", { bind: bindLogout }, { name: "rest_framework:logout" }),
  ];
}

/** A page of our own stands in the data; whatever else an answer says has no page here. */
const asItIs: DataRenderer = Object.freeze({
  mediaType: "text/html",
  format: "html",
  contentType: pageHeaders["Content-Type"],
  headers: pageHeaders,
  render: (data: unknown) => (typeof data === "string" ? data : ""),
} satisfies DataRenderer);

const neverCached = Object.freeze({
  "Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private",
  Expires: "Thu, 01 Jan 1970 00:00:00 GMT",
});

type Run = (request: Request) => unknown;

function bindLogin(services: ViewServices): BoundView {
  const show = (request: Request) => loginPage(services, request, {});
  return pageView(services, "Log in", { GET: show, HEAD: show, POST: (request) => login(services, request) });
}

function bindLogout(services: ViewServices): BoundView {
  return pageView(services, "Log out", {
    POST: async (request) => {
      const form = await formOf(request);
      await services.auth.sessions.logout(request);
      return redirectTo(services, request, textIn(form, "next"));
    },
  });
}

async function login(services: ViewServices, request: Request): Promise<Response> {
  const { credentials, csrf, sessions, users } = services.auth;
  const form = await formOf(request);
  const username = textIn(form, "username").trim().normalize("NFKC");
  const password = textIn(form, "password");
  const sent = { value: username, next: textIn(form, "next") };
  if (username === "" || password === "") {
    const missing = [username === "" && usernameLabel(services), password === "" && "Password"].filter((one) => one);
    return loginPage(services, request, { ...sent, errors: missing.map((name) => `${name}: This field is required.`) });
  }
  try {
    const user = await credentials.check(username, password, request);
    if (!user) {
      const { verboseName } = fieldOf(users.meta, users.usernameField, "The user model");
      const sentence = `Please enter a correct ${verboseName} and password. Note that both fields may be case-sensitive.`;
      return loginPage(services, request, { ...sent, errors: [sentence] });
    }
    await sessions.login(request, user);
    csrf.rotate(request);
    audit(request, { event: "login.succeeded", userId: user.id, how: "session" });
  } catch (error) {
    if (!(error instanceof Throttled || error instanceof ServiceUnavailable)) throw error;
    const why = error instanceof Throttled ? "Too many logins failed." : "The server is busy.";
    const { "Retry-After": seconds } = error.headers;
    const errors = [`${why} ${seconds === undefined ? "Try again later." : `Try again in ${seconds} s.`}`];
    return loginPage(services, request, { ...sent, errors }, error);
  }
  return redirectTo(services, request, sent.next);
}

function loginPage(
  services: ViewServices,
  request: Request,
  { value = "", next, errors = [] }: { value?: string; next?: string; errors?: readonly string[] },
  refusal?: APIException,
): Response {
  const page = services.pages.renderLogin({
    ...services.site.describe(request),
    url: request.path,
    usernameLabel: usernameLabel(services),
    usernameField: "username",
    value,
    next: next ?? request.query.get("next") ?? "",
    errors,
  });
  return new Response(page, { status: refusal?.status ?? 200, headers: { ...neverCached, ...refusal?.headers } });
}

function redirectTo({ auth }: ViewServices, request: Request, next: string): Response {
  const Location = nextWithin(next || request.query.get("next") || "", request) ?? auth.sessions.loginRedirectUrl;
  return new Response(undefined, {
    status: 302,
    headers: { ...neverCached, "Content-Type": pageHeaders["Content-Type"], Location },
  });
}

/** A view that answers with pages of its own, whatever Accept says, and that asks for a CSRF token of everyone. */
function pageView(services: ViewServices, name: string, methods: Readonly<Record<string, Run>>): BoundView {
  const view = bindView(services, {
    name,
    description: "",
    authentication: [],
    permissions: [allowAny],
    renderers: [asItIs],
    methods: new Map(Object.entries(methods).map(([method, run]) => [method, { run: guarded(run, services) }])),
  });
  const { Allow: _, ...plainHeaders } = view.plainHeaders;
  const accepted = { offer: asItIs, parameters: new Map<string, string>() };
  return Object.freeze({ ...view, plainHeaders, negotiate: () => accepted });
}

function guarded(run: Run, { auth, pages }: ViewServices): Run {
  return async (request) => {
    try {
      const refusal = await auth.csrf.refusal(request);
      return refusal === undefined ? await run(request) : forbidden(refusal, pages);
    } catch (error) {
      if (!(error instanceof APIException)) throw error;
      const text = typeof error.detail === "string" ? error.detail : JSON.stringify(error.detail);
      const page = pages.renderError({ status: error.status, title: "The form was not read", text: [text] });
      return new Response(page, { status: error.status, headers: error.headers });
    }
  };
}

function forbidden(reason: string, pages: ViewServices["pages"]): Response {
  const text = [
    `CSRF verification failed: ${reason}`,
    "Forms of this site carry a token that goes with a cookie. Allow cookies for this site, open the page again and " +
      "send the form from there. Where another site of yours sends it, add that site to csrfTrustedOrigins.",
  ];
  return new Response(pages.renderError({ status: 403, title: "Forbidden", text }), { status: 403 });
}

async function formOf(request: Request): Promise<Form> {
  const data = await request.data();
  return data instanceof Form ? data : new Form();
}

function textIn(form: Form, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

function usernameLabel({ auth }: ViewServices): string {
  const { verboseName } = fieldOf(auth.users.meta, auth.users.usernameField, "The user model");
  return verboseName.charAt(0).toUpperCase() + verboseName.slice(1);
}
