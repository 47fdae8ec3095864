import { ImproperlyConfigured, ValidationError } from "../../errors.ts";
import type { Query } from "../../http/index.ts";
import {
  type Conditions,
  fieldAtEnd,
  manyAtEnd,
  type Model,
  type ModelMeta,
  type QuerySet,
  splitLookup,
} from "../../models/index.ts";
import { manyOnWay } from "./many-on-way.ts";
import { searchTerms } from "./search-terms.ts";

const parameter = "search";
/** Splitting takes time that grows with the square of the length where quotes are left open. */
const maxCharacters = 1000;
/** Each term is a condition more in the statement, and SQLite refuses those that nest too deeply. */
const maxTerms = 32;

const prefixes: Readonly<Record<string, string>> = Object.freeze({ "^": "istartswith", "=": "iexact" });

/**
 * Narrows to the rows in which every term of `search=` is found, each in any of the fields, as DRF's SearchFilter: two
 * terms that are found over one relation to many rows are found in the same row of it.
 *
 * @throws {ValidationError} of more than 1000 characters, more than 32 terms, or a null character.
 */
export function searchFilter(
  meta: ModelMeta,
  fields: readonly string[],
): ((query: QuerySet<Model>, asked: Query) => QuerySet<Model>) | undefined {
  if (fields.length === 0) return undefined;
  const names = fields.map((field) => conditionOf(meta, field));
  const isOverMany = names.some((name) => manyOnWay(meta, name) !== undefined);
  return (query, asked) => {
    const text = asked.get(parameter);
    if (!text) return query;
    const groups = termsOf(text).map(
      (term) => Object.fromEntries(names.map((name) => [name, term])) as Conditions<Model>,
    );
    // One term alone is found without joining every row of one relation with every row of another.
    if (isOverMany && groups.length > 1) return query.filterTogether(groups);
    return groups.reduce((found, group) => found.filterAny(group), query);
  };
}

function termsOf(text: string): readonly string[] {
  if (text.length > maxCharacters) {
    throw new ValidationError(`Ensure this field has no more than ${maxCharacters} characters.`);
  }
  if (text.includes("\0")) throw new ValidationError("Null characters are not allowed.");
  const terms = searchTerms(text);
  if (terms.length <= maxTerms) return terms;
  throw new ValidationError(`Ensure this field has no more than ${maxTerms} terms.`);
}

/** The name of the condition that `text`, `^text`, `=text` or `text__iendswith` stands for. */
function conditionOf(meta: ModelMeta, field: string): string {
  const prefix = field.charAt(0);
  if (prefix === "$" || prefix === "@") {
    throw new ImproperlyConfigured(
      `search: "${field}" is not offered, for ${prefix === "$" ? "a client's regular expression may take forever" : "full text needs a database that has it"}. Write "${field.slice(1)}", which finds what contains the term.`,
    );
  }
  const lookup = prefixes[prefix];
  const name = lookup ? `${field.slice(1)}__${lookup}` : field;
  const { path, lookup: own } = splitLookup(name);
  const condition = own.isText ? name : `${name}__icontains`;
  const way = own.isText ? path : name;
  const related = manyAtEnd(meta, way, "search")?.related ?? fieldAtEnd(meta, way, "search").related;
  if (!related) return condition;
  throw new ImproperlyConfigured(
    `search: "${field}" is a relation to ${related.model.name}: name a text of it, as in "${field}__name".`,
  );
}
