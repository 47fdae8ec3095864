import type { ManualRequest } from "./requests.ts";

const collection = "5f0f2f0e-7d0c-4c1e-9a53-6d1f0a7c4b10";
const made = "2026-11-24T00:00:00.000Z";

/** Writes requests as a collection that Thunder Client imports. */
export function thunderCollection(requests: readonly ManualRequest[]): string {
  const document = {
    clientName: "Thunder Client",
    collectionName: "Thesaurus",
    collectionId: collection,
    dateExported: made,
    version: "1.2",
    folders: [],
    requests: requests.map(requestOf),
    settings: {
      envVars: [],
      auth: { type: "none" },
      headers: [],
    },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Writes the environment that the collection starts from. */
export function thunderEnvironment(): string {
  const document = {
    client: "Thunder Client",
    environmentName: "Thesaurus",
    environmentId: `${collection.slice(0, -1)}1`,
    dateExported: made,
    version: "1.2",
    variables: [
      { name: "base", value: "http://127.0.0.1:8000" },
      { name: "username", value: "ada" },
      { name: "password", value: "correct-horse-battery" },
    ],
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function requestOf(request: ManualRequest, index: number): object {
  const { name, method, path, json, auth, status } = request;
  return {
    _id: `${collection.slice(0, -4)}${String(index + 1).padStart(4, "0")}`,
    colId: collection,
    containerId: "",
    name,
    url: `{{base}}${flat(path)}`,
    method,
    sortNum: (index + 1) * 10_000,
    created: made,
    modified: made,
    headers: [{ name: "Accept", value: "application/json" }],
    params: [],
    ...(json && { body: { type: "json", raw: flat(JSON.stringify(json, undefined, 2)), form: [] } }),
    ...(auth === "bearer" && { auth: { type: "bearer", bearer: "{{login_access}}" } }),
    ...(auth === "basic" && { auth: { type: "basic", basic: { username: "{{username}}", password: "{{password}}" } } }),
    tests: [{ type: "res-code", custom: "", action: "equal", value: String(status) }, ...keptBy(request)],
  };
}

/** What later requests need of an answer becomes variables of the environment. */
function keptBy({ keep, fields = [] }: ManualRequest): object[] {
  return fields.map((field) => ({
    type: "set-env-var",
    custom: `json.${field}`,
    action: "setto",
    value: `{{${keep}_${field}}}`,
  }));
}

/** `{{login.access}}` as a variable of the environment. */
function flat(text: string): string {
  return text.replace(/\{\{(\w+)\.(\w+)\}\}/g, "{{$1_$2}}");
}
