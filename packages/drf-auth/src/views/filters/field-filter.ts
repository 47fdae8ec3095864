import { type ErrorDetail, ImproperlyConfigured, ValidationError } from "../../errors.ts";
import type { Query } from "../../http/index.ts";
import {
  type Conditions,
  fieldAtEnd,
  type LookupName,
  manyAtEnd,
  type Model,
  type ModelMeta,
  type QuerySet,
  type ToMany,
} from "../../models/index.ts";
import { didYouMean } from "../../settings.ts";
import { lookupsOf, nothing, valueReader } from "./filter-values.ts";
import { keysReader, type ObjectsOf } from "./related-keys.ts";

/** One parameter of a query: by which condition it narrows. */
interface Parameter {
  readonly name: string;
  readonly condition: string;
  /** Whether every value of the name counts, and not the last alone. */
  readonly isOfAll: boolean;
  readonly read: (texts: readonly string[]) => unknown;
}

/** Narrows by `text=`, `created_at__gte=` and the like, as django-filter's DjangoFilterBackend: every bad value is told at once. */
export function fieldFilter(
  meta: ModelMeta,
  filters: { readonly [path: string]: readonly LookupName[] | undefined },
  objectsOf: ObjectsOf,
): ((query: QuerySet<Model>, asked: Query) => QuerySet<Model> | Promise<QuerySet<Model>>) | undefined {
  const parameters = Object.entries(filters).flatMap(([path, names = []]) =>
    names.map((lookup) => parameterOf(meta, path, lookup, objectsOf)),
  );
  if (parameters.length === 0) return undefined;
  return (query, asked) => {
    const given: [Parameter, unknown][] = [];
    let isWaiting = false;
    for (const parameter of parameters) {
      const texts = asked.getAll(parameter.name);
      if (texts.length === 0 || (!parameter.isOfAll && texts.at(-1) === "")) continue;
      const value = valueOf(parameter, texts);
      isWaiting ||= value instanceof Promise;
      given.push([parameter, value]);
    }
    if (!isWaiting) return narrowed(query, given);
    return Promise.all(given.map(async ([parameter, value]) => [parameter, await value] as const)).then((known) =>
      narrowed(query, known),
    );
  };
}

function parameterOf(meta: ModelMeta, path: string, lookup: LookupName, objectsOf: ObjectsOf): Parameter {
  const many = manyAtEnd(meta, path, "filters");
  if (many) return manyParameter(path, many, lookup, objectsOf);
  const field = fieldAtEnd(meta, path, "filters");
  const possible = lookupsOf(field);
  if (!possible.includes(lookup)) {
    throw new ImproperlyConfigured(
      `filters: ${path} is a ${field.kind} field and cannot be filtered by "${lookup}".${didYouMean(lookup, possible)}`,
    );
  }
  const read = valueReader(field, lookup, objectsOf);
  return {
    name: lookup === "exact" ? path : `${path}__${lookup}`,
    condition: `${path}__${lookup}`,
    isOfAll: false,
    read: (texts) => read(texts.at(-1) ?? ""),
  };
}

/** A relation to many rows: `tags=1&tags=2` are the rows with the one or the other. */
function manyParameter(path: string, many: ToMany, lookup: LookupName, objectsOf: ObjectsOf): Parameter {
  if (lookup === "isnull") {
    const read = valueReader(many.related.primaryKey, "isnull", objectsOf);
    return {
      name: `${path}__isnull`,
      condition: `${path}__isnull`,
      isOfAll: false,
      read: (texts) => read(texts.at(-1) ?? ""),
    };
  }
  if (lookup === "exact") {
    return { name: path, condition: `${path}__in`, isOfAll: true, read: keysReader(many.related, objectsOf) };
  }
  throw new ImproperlyConfigured(
    `filters: ${path} leads to any number of rows and cannot be filtered by "${lookup}". It may be "exact", which takes ` +
      `several (${path}=1&${path}=2), or "isnull".`,
  );
}

/** What was wrong with a value: kept until all are read. */
class Refusal {
  readonly detail: ErrorDetail;

  constructor(error: unknown) {
    if (!(error instanceof ValidationError)) throw error;
    this.detail = error.detail;
  }
}

function valueOf({ read }: Parameter, texts: readonly string[]): unknown {
  try {
    const value = read(texts);
    return value instanceof Promise ? value.catch((error: unknown) => new Refusal(error)) : value;
  } catch (error) {
    return new Refusal(error);
  }
}

function narrowed(query: QuerySet<Model>, given: readonly (readonly [Parameter, unknown])[]): QuerySet<Model> {
  const refused: [string, ErrorDetail][] = [];
  const conditions: [string, unknown][] = [];
  let isEmpty = false;
  for (const [{ name, condition }, value] of given) {
    if (value === nothing) isEmpty = true;
    else if (value instanceof Refusal) refused.push([name, value.detail]);
    else if (value !== undefined) conditions.push([condition, value]);
  }
  if (refused.length > 0) throw new ValidationError(Object.fromEntries(refused));
  if (isEmpty) return query.filter({ pk__in: [] });
  // One after another: over a relation to many rows each may be met by another, as with django-filter.
  return conditions.reduce((found, [name, value]) => found.filter({ [name]: value } as Conditions<Model>), query);
}
