import type { FieldState, Fill } from "../operations.ts";

/** What was said about changes that may be meant in more than one way. */
export interface Answers {
  /** What a model or a field is called now, by its name of before; null where it is gone. */
  readonly renames: ReadonlyMap<string, string | null>;
  /** What rows hold in a column that is new or may no longer be null, by `words.Word.title`. */
  readonly fills: ReadonlyMap<string, Fill>;
}

/** What no migration can do by itself. */
export interface Impossible {
  /** The model or the field. */
  readonly name: string;
  /** How a sentence goes on that begins with it. */
  readonly reason: string;
}

/** What must be said before a migration can be written. */
export type Question =
  | { readonly type: "fill"; readonly field: string; readonly state: FieldState; readonly why: string }
  | { readonly type: "rename"; readonly name: string; readonly candidates: readonly string[] };
