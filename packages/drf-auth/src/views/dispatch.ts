import { MethodNotAllowed } from "../errors.ts";
import { type Accepted, type Request, Response } from "../http/index.ts";
import { checkPermissions, checkThrottles } from "../policies/index.ts";
import type { Renderer } from "../renderers/index.ts";
import { authenticate } from "./authenticate.ts";
import type { BoundView } from "./bound-view.ts";
import { describeView } from "./describe-view.ts";
import { answerToError } from "./error-answer.ts";
import { withEntityTag } from "./conditional.ts";
import type { Answer } from "./dispatch-answer.ts";
import { describePage } from "./page.ts";

/**
 * The life of a request in a view, and the only place that knows its order: negotiate → version → authenticate → permit →
 * throttle → method → (parse → validate → query → represent, in the method's own action) → render.
 *
 * Steps that need not wait are not awaited; whatever a step raises is answered here.
 */
export async function dispatch(view: BoundView, request: Request): Promise<Answer> {
  let accepted: Accepted<Renderer> | undefined;
  try {
    accepted = view.negotiate(request);
    if (view.versioning) request.version = view.versioning.versionOf(request);
    const authenticated = authenticate(view.authenticators, request);
    if (authenticated) await authenticated;
    const permitted = checkPermissions(
      request,
      view.permissionsOf(request),
      view.authenticators.length > 0,
      view.permissionView,
    );
    if (permitted) await permitted;
    if (view.throttles.length > 0) await checkThrottles(request, view.throttles, view.services.hits);
    const acted = act(view, request);
    const result: unknown = acted instanceof Promise ? await acted : acted;
    // What cannot be rendered is a fault like any other; a page waits for what it asks of the database.
    const rendered = render(view, request, accepted, result, undefined);
    return rendered instanceof Promise ? await rendered : rendered;
  } catch (error) {
    const response = await answerToError(error, view, request);
    return render(view, request, accepted ?? firstOf(view), response, error);
  }
}

function act(view: BoundView, request: Request): unknown {
  const method = view.methods.get(request.method);
  if (method) return method.run(request);
  if (request.method === "OPTIONS") return describeView(view, request);
  throw new MethodNotAllowed(request.method);
}

function render(
  view: BoundView,
  request: Request,
  { offer, parameters }: Accepted<Renderer>,
  result: unknown,
  error: unknown,
): Answer | Promise<Answer> {
  const response = result instanceof Response ? result : undefined;
  const status = response?.status ?? 200;
  const data = response ? response.data : result;
  const isPage = "renderPage" in offer;
  // A page that says there is no content is content; one that leads elsewhere is not looked at.
  if (isPage ? status >= 300 && status < 400 : response && data === undefined) {
    return {
      status,
      headers: { ...view.plainHeaders, ...response?.headers },
      text: undefined,
      cookies: request.cookiesToSet,
    };
  }
  const own = view.headers.get(offer) ?? view.plainHeaders;
  const headers = response?.hasHeaders ? { ...own, ...response.headers } : own;
  if (isPage) {
    return describePage(view, request, { status, headers, data, error }).then((page) => ({
      status: status === 204 ? 200 : status,
      headers,
      text: offer.renderPage(page),
      cookies: request.cookiesToSet,
    }));
  }
  const answer = { status, headers, text: offer.render(data, parameters), cookies: request.cookiesToSet };
  const isTagged = view.isConditional && status === 200 && parameters.size === 0 && isRead(request);
  return isTagged ? withEntityTag(request, answer) : answer;
}

function isRead({ method }: Request): boolean {
  return method === "GET" || method === "HEAD";
}

function firstOf(view: BoundView): Accepted<Renderer> {
  const [offer] = view.headers.keys();
  if (!offer) throw new TypeError("A view has at least one renderer.");
  return { offer, parameters: new Map() };
}
