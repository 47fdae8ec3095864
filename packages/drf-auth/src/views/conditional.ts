import { hash } from "node:crypto";
import { PreconditionFailed, PreconditionRequired } from "../errors.ts";
import type { Request } from "../http/index.ts";
import { jsonRenderer } from "../renderers/index.ts";
import type { Answer } from "./dispatch-answer.ts";

/** Whether answers have entity tags, and whether a change must name one; as an option of a view set. */
export type Conditional = boolean | "required";

const noParameters: ReadonlyMap<string, string> = new Map();

/** The entity tag of a JSON text (RFC 9110 §8.8.3): the same text has the same tag. */
function entityTag(text: string): string {
  return `"${hash("sha256", text, "base64url").slice(0, 22)}"`;
}

/** Gives an answer its entity tag, or says that the client has it already (RFC 9110 §13.1.2). */
export function withEntityTag(request: Request, answer: Answer & { readonly text: string }): Answer {
  const tag = entityTag(answer.text);
  const headers: Readonly<Record<string, string>> = { ...answer.headers, ETag: tag };
  const asked = request.header("if-none-match");
  if (asked === undefined || !names(asked, tag, true)) return { ...answer, headers };
  const { "Content-Type": _type, ...kept } = headers;
  return { ...answer, status: 304, headers: kept, text: undefined };
}

/**
 * Raises unless a change names what is there now by If-Match (RFC 9110 §13.1.1).
 *
 * @throws {PreconditionFailed} when it names something else.
 * @throws {PreconditionRequired} when it names nothing and must.
 */
export async function checkMatch(
  request: Request,
  conditional: Conditional,
  current: () => Promise<unknown>,
): Promise<void> {
  if (conditional === false) return;
  const asked = request.header("if-match");
  if (asked === undefined) {
    if (conditional === "required") throw new PreconditionRequired();
    return;
  }
  if (!names(asked, entityTag(jsonRenderer.render(await current(), noParameters)), false))
    throw new PreconditionFailed();
}

/** Tells whether a header names a tag; `*` names any. A weak tag counts where `allowsWeak` says so. */
function names(header: string, tag: string, allowsWeak: boolean): boolean {
  return header.split(",").some((part) => {
    const one = part.trim();
    return one === "*" || one === tag || (allowsWeak && one === `W/${tag}`);
  });
}
