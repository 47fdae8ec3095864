import { columnPath } from "./column-path.ts";
import type { ModelMeta, Ordering } from "../model-meta.ts";

export type AtLeastOne<One> = readonly [One, ...One[]];

/**
 * Reads `text`, `-text` or `owner__username` as an ordering of a model's rows; a relation, by its own name, orders as the
 * rows that it leads to are ordered by themselves, as in Django.
 */
export function orderingsOf(meta: ModelMeta, text: string, seen: readonly ModelMeta[] = []): readonly Ordering[] {
  const isDescending = text.startsWith("-");
  const name = isDescending ? text.slice(1) : text;
  const part = { ...columnPath(meta, name, "ordering"), isDescending };
  const { relations, field } = part;
  const { related } = field;
  const own = related?.model.options.ordering ?? [];
  // `owner_id` and `owner__pk` are the key itself; and two that order by each other are ordered by their keys.
  const isKeyMeant = name.split(/__|\./).at(-1) !== field.name;
  if (!related || own.length === 0 || isKeyMeant || seen.includes(related)) return [part];
  return own
    .flatMap((one) => orderingsOf(related, one, [...seen, meta]))
    .map((one) => ({
      ...one,
      relations: [...relations, field, ...one.relations],
      isDescending: one.isDescending !== isDescending,
    }));
}

/** The same order from its other end. */
export function reversed(ordering: readonly Ordering[]): readonly Ordering[] {
  return ordering.map((part) => ({ ...part, isDescending: !part.isDescending }));
}

/** An order that the primary key ends, so that no two rows stand at one place. */
export function endedByKey({ primaryKey }: ModelMeta, ordering: readonly Ordering[]): readonly Ordering[] {
  const isEnded = ordering.some(({ relations, field }) => relations.length === 0 && field === primaryKey);
  return isEnded ? ordering : [...ordering, { relations: [], field: primaryKey, isDescending: false }];
}
