import type { Dialect } from "../../database/index.ts";
import type { ModelMeta } from "../model-meta.ts";
import { compile, type CompiledStatement } from "./sql.ts";

const maxStatementsPerModel = 1000;
const statements = {
  postgresql: new WeakMap<ModelMeta, Map<string, CompiledStatement>>(),
  sqlite: new WeakMap<ModelMeta, Map<string, CompiledStatement>>(),
};

/** The statement of a shape, compiled once; the oldest make room for new ones. */
export function keptStatement(
  { meta, dialect }: { readonly meta: ModelMeta; readonly dialect: Dialect },
  key: string,
  query: () => Parameters<typeof compile>[0],
): CompiledStatement {
  let cache = statements[dialect].get(meta);
  if (!cache) statements[dialect].set(meta, (cache = new Map()));
  const known = cache.get(key);
  if (known) return known;
  const oldest = cache.size >= maxStatementsPerModel ? cache.keys().next().value : undefined;
  if (oldest !== undefined) cache.delete(oldest);
  const compiled = compile(query());
  cache.set(key, compiled);
  return compiled;
}
