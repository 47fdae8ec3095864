import type { FieldDescription } from "./field-description.ts";

/** A view as plain data: what it is called, what it takes and gives. */
export interface ViewDescription {
  readonly name: string;
  readonly description: string;
  readonly renders: readonly string[];
  readonly parses: readonly string[];
  /** The fields that a method takes, for the methods that this user may call. */
  readonly actions: Readonly<Record<string, readonly FieldDescription[]>>;
}
