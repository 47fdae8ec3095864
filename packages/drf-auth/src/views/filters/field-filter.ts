import { type ErrorDetail, ImproperlyConfigured, ValidationError } from "../../errors.ts";
import type { Query } from "../../http/index.ts";
import {
  columnPath,
  type Conditions,
  type LookupName,
  type Model,
  type ModelMeta,
  type QuerySet,
} from "../../models/index.ts";
import { didYouMean } from "../../settings.ts";
import { lookupsOf, nothing, type ObjectsOf, valueReader } from "./filter-values.ts";

/** One parameter of a query: by which condition it narrows. */
interface Parameter {
  readonly name: string;
  readonly condition: string;
  readonly read: ReturnType<typeof valueReader>;
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
      const text = asked.get(parameter.name);
      if (text === undefined || text === "") continue;
      const value = valueOf(parameter, text);
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
  const { field } = columnPath(meta, path, "filters");
  const possible = lookupsOf(field);
  if (!possible.includes(lookup)) {
    throw new ImproperlyConfigured(
      `filters: ${path} is a ${field.kind} field and cannot be filtered by "${lookup}".${didYouMean(lookup, possible)}`,
    );
  }
  return {
    name: lookup === "exact" ? path : `${path}__${lookup}`,
    condition: `${path}__${lookup}`,
    read: valueReader(field, lookup, objectsOf),
  };
}

/** What was wrong with a value: kept until all are read. */
class Refusal {
  readonly detail: ErrorDetail;

  constructor(error: unknown) {
    if (!(error instanceof ValidationError)) throw error;
    this.detail = error.detail;
  }
}

function valueOf({ read }: Parameter, text: string): unknown {
  try {
    const value = read(text);
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
  if (conditions.length === 0) return query;
  return query.filter(Object.fromEntries(conditions) as Conditions<Model>);
}
