import { columnPath } from "./column-path.ts";
import type { ModelMeta, Ordering } from "./model-meta.ts";

/** Reads `text`, `-text` or `owner__username` as an ordering of a model's rows. */
export function orderingOf(meta: ModelMeta, text: string): Ordering {
  const isDescending = text.startsWith("-");
  return { ...columnPath(meta, isDescending ? text.slice(1) : text, "ordering"), isDescending };
}
