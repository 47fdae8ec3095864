/** Entries by key: a Map, or a plain object whose own enumerable string keys are meant. */
export type Entries<Key, Value> = ReadonlyMap<Key, Value> | Readonly<Record<Extract<Key, string>, Value>>;

/** One row of a left join: the key, the left value, and the right value or null where the right has no such key. */
export type LeftJoined<Key, Left, Right> = [key: Key, left: Left, right: Right | null];

/**
 * Left-joins two collections of entries: every key of the left in its order, its value, and the right's value or null.
 *
 * Keys of a Map come in insertion order, those of an object in `Object.entries` order. A right value of undefined is
 * joined as null. Takes time in proportion to the left, whatever the size of the right, and changes neither.
 */
export function leftJoin<Key, Left, Right>(
  left: ReadonlyMap<Key, Left>,
  right: ReadonlyMap<Key, Right>,
): LeftJoined<Key, Left, Right>[];
export function leftJoin<Left, Right>(
  left: Entries<string, Left>,
  right: Entries<string, Right>,
): LeftJoined<string, Left, Right>[];
export function leftJoin<Left, Right>(
  left: Entries<string, Left>,
  right: Entries<string, Right>,
): LeftJoined<string, Left, Right>[] {
  const find = finder(right);
  const rows: LeftJoined<string, Left, Right>[] = [];
  for (const [key, value] of left instanceof Map ? left : Object.entries(left)) rows.push([key, value, find(key)]);
  return rows;
}

const isEnumerable = Object.prototype.propertyIsEnumerable;

function finder<Value>(entries: Entries<string, Value>): (key: string) => Value | null {
  if (entries instanceof Map) return (key) => entries.get(key) ?? null;
  const own = entries as Readonly<Record<string, Value>>;
  return (key) => (isEnumerable.call(own, key) ? (own[key] ?? null) : null);
}
