import { MethodNotAllowed } from "../errors.ts";
import { type Accepted, type Request, Response } from "../http/index.ts";
import { checkPermissions, checkThrottles } from "../policies/index.ts";
import type { Renderer } from "../renderers/index.ts";
import { authenticate } from "./authenticate.ts";
import type { BoundView } from "./bound-view.ts";
import { describeView } from "./describe-view.ts";
import { answerToError } from "./error-answer.ts";

/** What goes out: a status, headers, and text, or nothing where there is no content. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string | undefined;
}

/**
 * The life of a request in a view, and the only place that knows its order: negotiate → authenticate → permit →
 * throttle → method → (parse → validate → query → represent, in the method's own action) → render.
 *
 * Steps that need not wait are not awaited; whatever a step raises is answered here.
 */
export async function dispatch(view: BoundView, request: Request): Promise<Answer> {
  let accepted: Accepted<Renderer> | undefined;
  try {
    accepted = view.negotiate(request);
    const authenticated = authenticate(view.authenticators, request);
    if (authenticated) await authenticated;
    const permitted = checkPermissions(request, view.permissions, view.authenticators.length > 0);
    if (permitted) await permitted;
    if (view.throttles.length > 0) await checkThrottles(request, view.throttles);
    const result = act(view, request);
    return render(view, accepted, result instanceof Promise ? await result : result);
  } catch (error) {
    return render(view, accepted ?? firstOf(view), answerToError(error, view, request));
  }
}

function act(view: BoundView, request: Request): unknown {
  const method = view.methods.get(request.method);
  if (method) return method.run(request);
  if (request.method === "OPTIONS") return describeView(view, request);
  throw new MethodNotAllowed(request.method);
}

function render(view: BoundView, { offer, parameters }: Accepted<Renderer>, result: unknown): Answer {
  const response = result instanceof Response ? result : undefined;
  const status = response?.status ?? 200;
  if (response && response.data === undefined) {
    return { status, headers: { ...view.plainHeaders, ...response.headers }, text: undefined };
  }
  const own = view.headers.get(offer) ?? view.plainHeaders;
  const headers = response?.hasHeaders ? { ...own, ...response.headers } : own;
  return { status, headers, text: offer.render(response ? response.data : result, parameters) };
}

function firstOf(view: BoundView): Accepted<Renderer> {
  const [offer] = view.services.renderers;
  if (!offer) throw new TypeError("A view has at least one renderer.");
  return { offer, parameters: new Map() };
}
