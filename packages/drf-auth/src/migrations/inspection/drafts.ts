import type { Data } from "../files/data-text.ts";

/** A field of a model that is to be written. */
export interface FieldDraft {
  readonly name: string;
  /** The column, where it is not named as the field. */
  readonly column: string | undefined;
  /** A kind of field, or a relation of many to many. */
  readonly maker: string;
  readonly target: Target | undefined;
  readonly options: Readonly<Record<string, Data>>;
  readonly note: string | undefined;
}

/** The model that a relation leads to. */
export type Target =
  /** One that is written too, by the name of its constant. */
  | { readonly type: "written"; readonly constant: string }
  /** One of the framework's, or of the project's own, by what it is imported as. */
  | { readonly type: "imported"; readonly constant: string; readonly from: string }
  | { readonly type: "word"; readonly word: "self" | "user" };

/** What is said of a model whose rows are users. */
export interface UserDraft {
  /** Undefined where no field of text is a user's alone. */
  readonly usernameField: string | undefined;
  readonly requiredFields: readonly string[];
  readonly hasPermissions: boolean;
  readonly hasStanding: boolean;
}

/** A model that is to be written. */
export interface ModelDraft {
  readonly appLabel: string;
  /** `OrderLine`: the model's name, and that of its constant. */
  readonly constant: string;
  readonly table: string;
  readonly fields: readonly FieldDraft[];
  readonly uniqueTogether: readonly (readonly string[])[];
  readonly indexes: readonly Data[];
  readonly constraints: readonly Data[];
  /** Undefined where its rows are no users. */
  readonly user: UserDraft | undefined;
  /** What the table has and its model does not say. */
  readonly notes: readonly string[];
}
