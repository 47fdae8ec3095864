import { expressionBuilder } from "kysely";
import type { SqlValue } from "../../database/index.ts";
import { ImproperlyConfigured } from "../../errors.ts";
import { type Aggregate, aggregateSql, fieldOfAggregate } from "./aggregate.ts";
import { calculated, computedField } from "./calculated.ts";
import { Calculation } from "./calculation.ts";
import { shortName } from "./column-path.ts";
import { type Asked, givenConditions, pathIn } from "./given-conditions.ts";
import type { ColumnPath } from "../model-meta.ts";
import { behindSql, pathsOf, whereSql } from "./query-sql.ts";
import { reachOf, type ToManyReach } from "./reach.ts";
import type { QueryShape } from "./query-shape.ts";

/** A column that is computed, with all of the query's values and its shape then. */
export interface Annotated {
  readonly path: ColumnPath;
  readonly values: readonly SqlValue[];
  readonly shape: string;
}

/** A value that each row has besides its own: a calculation, or an aggregate over the rows that belong to it. */
export function annotated(asked: Asked, name: string, given: Aggregate | Calculation): Annotated {
  mustBeFree(asked, name);
  const where = "annotate";
  if (given instanceof Calculation) {
    const { dialect, values } = asked;
    const pathOf = (text: string) => pathIn(asked, text, where);
    const result = calculated(given, { dialect, pathOf, firstIndex: values.length });
    const path = { relations: [], field: computedField(name, result.field), computed: result };
    return { path, values: [...values, ...result.values], shape: `${asked.shape}&${name}=${result.shape}` };
  }
  const reach = asked.annotations.has(given.path) ? undefined : reachOf(asked.meta, given.path, where);
  if (reach && "toMany" in reach) return behind(asked, name, given, reach);
  throw new ImproperlyConfigured(
    `annotate: ${given.name}("${given.path}") leads to no relation to many rows, so each row has but one value there. ` +
      "aggregate() computes over all rows.",
  );
}

/** An aggregate over the rows of the query themselves. */
export function aggregated(asked: Asked, name: string, aggregate: Aggregate): Annotated {
  const where = "aggregate";
  if (!asked.annotations.has(aggregate.path) && "toMany" in reachOf(asked.meta, aggregate.path, where)) {
    throw new ImproperlyConfigured(
      `aggregate: "${aggregate.path}" leads to any number of rows. Annotate it first, and aggregate what was annotated.`,
    );
  }
  const own = pathIn(asked, aggregate.path, where);
  const field = fieldOfAggregate(name, aggregate, own.field);
  const { added, values, shape } = givenConditions(asked, aggregate.options.filter ?? {}, where);
  const rows: QueryShape = asked;
  const { and } = expressionBuilder<never>();
  const computed: ColumnPath["computed"] = {
    paths: [own, ...added.flatMap(pathsOf)],
    sql: (columnOf) =>
      aggregateSql(aggregate, columnOf(own), {
        dialect: asked.dialect,
        field: own.field,
        ...(added.length > 0 && { where: and(added.map((one) => whereSql(rows, one))) }),
      }),
  };
  return {
    path: { relations: [], field, computed },
    values,
    shape: `${asked.shape}&${name}=${textOf(aggregate, shape)}`,
  };
}

/** By a query of its own within the row's, so that two of them do not multiply each other's rows. */
function behind(asked: Asked, name: string, aggregate: Aggregate, { from, toMany, rest }: ToManyReach): Annotated {
  const where = "annotate";
  const { through, source, target } = toMany;
  const { dialect, values, meta } = asked;
  // The rows of a model may belong to others of the same.
  const inside: Asked = {
    dialect,
    meta: through,
    alias: shortName(`${meta.table}__${name}`),
    conditions: [],
    ordering: [],
    annotations: new Map(),
    values,
    shape: "",
  };
  const column = reachOf(through, rest, where);
  if ("toMany" in column) {
    throw new ImproperlyConfigured(
      `annotate: "${aggregate.path}" goes over two relations to many rows, and one can be.`,
    );
  }
  const prefix = target ? `${target.name}__` : "";
  const conditions = Object.fromEntries(
    Object.entries(aggregate.options.filter ?? {}).map(([key, value]) => [`${prefix}${key}`, value]),
  );
  const given = givenConditions(inside, conditions, where);
  const shape: QueryShape = { ...inside, conditions: given.added };
  const computed: ColumnPath["computed"] = {
    paths: [from],
    sql: (columnOf) =>
      behindSql(shape, source, {
        key: columnOf(from),
        paths: [column],
        sql: (inner) => aggregateSql(aggregate, inner(column), { dialect, field: column.field }),
      }),
  };
  return {
    path: { relations: [], field: fieldOfAggregate(name, aggregate, column.field), computed },
    values: given.values,
    shape: `${asked.shape}&${name}=${textOf(aggregate, given.shape)}`,
  };
}

function textOf({ name, path, options: { distinct } }: Aggregate, conditions: string): string {
  return `${name}(${distinct ? "distinct " : ""}${path} ${conditions})`;
}

function mustBeFree({ meta, annotations }: Asked, name: string): void {
  const isField = meta.fieldsByName.has(name) || meta.fields.some(({ column }) => column === name);
  const isTaken = isField || name === "pk";
  if (!isTaken && !annotations.has(name) && /^[A-Za-z]\w*$/.test(name) && !name.includes("__")) return;
  throw new ImproperlyConfigured(
    isTaken || annotations.has(name)
      ? `annotate: ${meta.model.name} has "${name}" already.`
      : `annotate: "${name}" is no name: letters, digits and single underscores, and a letter first.`,
  );
}

/** @throws {ImproperlyConfigured} when rows would have what a relation leads to and what was annotated under one name. */
export function mustNotBeAnnotated({ annotations }: Asked, prefetched: readonly string[]): void {
  const name = prefetched.map((one) => one.split("__", 1)[0] ?? one).find((one) => annotations.has(one));
  if (name === undefined) return;
  throw new ImproperlyConfigured(
    `prefetchRelated: rows have "${name}" by annotate already. Give what is annotated another name.`,
  );
}
