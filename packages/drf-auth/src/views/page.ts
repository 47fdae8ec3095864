import { STATUS_CODES } from "node:http";
import type { FieldDescription, FormDescription, Link, PageDescription } from "../descriptions/index.ts";
import { ValidationError } from "../errors.ts";
import { Form, type Request } from "../http/index.ts";
import { jsonRenderer } from "../renderers/index.ts";
import type { BoundView } from "./bound-view.ts";
import { mayCall } from "./describe-view.ts";

/** The answer that a page shows. */
export interface ShownAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;
  /** What was raised, where the answer is about that. */
  readonly error: unknown;
}

const indented = new Map([["indent", "4"]]);
const hiddenStatuses: ReadonlySet<number> = new Set([401, 403]);

/** Describes an answer as a page shows it: plain data, which a renderer knows how to show. */
export async function describePage(view: BoundView, request: Request, answer: ShownAnswer): Promise<PageDescription> {
  const { services } = view;
  const { status, headers, data, error } = answer;
  const isRefused = hiddenStatuses.has(status);
  return {
    ...services.site.describe(request),
    name: view.name,
    // Whoever may not call a view learns no more than the answer itself says.
    description: isRefused ? "" : view.description,
    breadcrumbs: services.site.breadcrumbs(request.path),
    method: request.method,
    url: addressOf(request),
    status,
    statusText: STATUS_CODES[status] ?? "",
    headers: Object.entries(headers).sort(([a], [b]) => a.localeCompare(b)),
    content: data === undefined ? undefined : jsonRenderer.render(data, indented),
    allowedMethods: (headers["Allow"] ?? "").split(", "),
    formats: services.renderers.map(({ format }) => ({ name: format, url: withFormat(request, format) })),
    actions: isRefused ? [] : view.actionLinks.map((link) => relativeTo(request, link)),
    pagination: paginationOf(data),
    forms: isRefused ? [] : await forms(view, request, error),
  };
}

async function forms(view: BoundView, request: Request, error: unknown): Promise<FormDescription[]> {
  const method = view.methods.get("POST");
  const fields = method?.formFields ?? method?.fields;
  if (!method || !fields || !(await mayCall(view, method, request.withMethod("POST")))) return [];
  const isSentWrong = request.method === "POST" && error instanceof ValidationError;
  const sent = isSentWrong ? await sentForm(request) : undefined;
  const errors = isSentWrong ? error.detail : {};
  const isByField = typeof errors === "object" && !Array.isArray(errors);
  const byField = isByField ? (errors as Readonly<Record<string, unknown>>) : {};
  const names = new Set(fields.map(({ name }) => name));
  const others = Object.entries(byField).filter(([name]) => !names.has(name));
  return [
    {
      method: "POST",
      url: addressOf(request),
      fields: fields.map((field) => filledIn(field, sent, byField[field.name])),
      errors: isByField ? others.flatMap(([, value]) => sentences(value)) : sentences(errors),
    },
  ];
}

function filledIn(field: FieldDescription, sent: Form | undefined, errors: unknown): FormDescription["fields"][number] {
  const value = sent?.get(field.name);
  return { ...field, value: typeof value === "string" ? value : "", errors: sentences(errors) };
}

/** What a form sent is shown again beside what is wrong with it; a body that cannot be read shows nothing. */
async function sentForm(request: Request): Promise<Form | undefined> {
  const data = await request.data().catch(() => undefined);
  return data instanceof Form ? data : undefined;
}

/** Every sentence in what an error tells, however deep it stands. */
function sentences(detail: unknown): string[] {
  if (typeof detail === "string") return [detail];
  if (typeof detail !== "object" || detail === null) return [];
  return Object.values(detail).flatMap(sentences);
}

function paginationOf(data: unknown): PageDescription["pagination"] {
  if (typeof data !== "object" || data === null || !("next" in data && "previous" in data && "results" in data)) {
    return undefined;
  }
  const link = (value: unknown) => (typeof value === "string" ? value : undefined);
  return { next: link(data.next), previous: link(data.previous) };
}

function addressOf({ path, query }: Request): string {
  return query.text === "" ? path : `${path}?${query.text}`;
}

function withFormat(request: Request, format: string): string {
  return `${request.path}?${request.query.with({ format })}`;
}

function relativeTo({ format, path }: Request, { name, url }: Link): Link {
  return { name, url: (format === undefined ? path : path.replace(/\.[a-z0-9]+\/?$/, "/")) + url };
}
