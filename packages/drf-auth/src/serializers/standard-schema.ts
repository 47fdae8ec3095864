import { type ErrorDetail, ValidationError } from "../errors.ts";
import type { StandardIssue, StandardSchema } from "../models/index.ts";

/**
 * Checks a value by a Standard Schema.
 *
 * @throws {ValidationError} with the issues by their paths, those of the whole under `non_field_errors`.
 */
export async function checkedBySchema<Output>(
  schema: StandardSchema<unknown, Output>,
  value: unknown,
): Promise<Output> {
  const result = await schema["~standard"].validate(value);
  if (result.issues === undefined) return result.value;
  throw new ValidationError(detailOf(result.issues));
}

function detailOf(issues: readonly StandardIssue[]): ErrorDetail {
  if (issues.every(({ path = [] }) => path.length === 0)) return issues.map(({ message }) => message);
  const tree: Branch = { messages: [], branches: new Map() };
  for (const { message, path = [] } of issues) {
    let at = tree;
    for (const part of path) {
      const key = String(typeof part === "object" ? part.key : part);
      const next = at.branches.get(key) ?? { messages: [], branches: new Map() };
      at.branches.set(key, next);
      at = next;
    }
    at.messages.push(message);
  }
  return detailOfBranch(tree);
}

interface Branch {
  readonly messages: string[];
  readonly branches: Map<string, Branch>;
}

function detailOfBranch({ messages, branches }: Branch): ErrorDetail {
  if (branches.size === 0) return messages;
  const entries: [string, ErrorDetail][] = [...branches].map(([key, branch]) => [key, detailOfBranch(branch)]);
  return Object.fromEntries(messages.length > 0 ? [["non_field_errors", messages], ...entries] : entries);
}
