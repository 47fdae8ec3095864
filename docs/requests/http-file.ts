import type { ManualRequest } from "./requests.ts";

/** Writes requests for VS Code's REST Client. */
export function httpFile(requests: readonly ManualRequest[]): string {
  return [
    "# Made by `npm run requests` from docs/requests/requests.ts.",
    "# Open it in VS Code with the extension REST Client and click on Send Request, from the top to the bottom.",
    "@base = http://127.0.0.1:8000",
    "@username = ada",
    "@password = correct-horse-battery",
    ...requests.map(section),
    "",
  ].join("\n");
}

function section(request: ManualRequest): string {
  const { name, method, path, json, auth, keep, status } = request;
  const used = new Set([...namesIn(request), ...(auth === "bearer" ? ["login"] : [])]);
  return [
    `\n### ${name}: ${status}`,
    ...(keep === undefined ? [] : [`# @name ${keep}`]),
    // For httpyac, which sends what is referred to first; REST Client takes it for a comment.
    ...[...used].map((one) => `# @ref ${one}`),
    `${method} {{base}}${answered(path)}`,
    ...(auth === "bearer" ? [`Authorization: Bearer ${answered("{{login.access}}")}`] : []),
    ...(auth === "basic" ? ["Authorization: Basic {{username}}:{{password}}"] : []),
    ...(json === undefined ? [] : ["Content-Type: application/json", "", answered(JSON.stringify(json, undefined, 2))]),
  ].join("\n");
}

function namesIn({ path, json }: ManualRequest): string[] {
  return [...`${path} ${JSON.stringify(json ?? null)}`.matchAll(/\{\{(\w+)\.\w+\}\}/g)].map(([, name = ""]) => name);
}

/** `{{login.access}}` as REST Client writes a field of an earlier answer. */
function answered(text: string): string {
  return text.replace(/\{\{(\w+)\.(\w+)\}\}/g, "{{$1.response.body.$2}}");
}
