import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { bind, compile, Parameter, sqlBuilders } from "../../../src/models/queries/sql.ts";

const sqlBuilder = sqlBuilders.sqlite;
const parameter = (index: number) => sql`${new Parameter(index)}`;

describe("compile", () => {
  test("tells a statement that reads from one that writes", () => {
    const reading = sqlBuilder.selectFrom("words").select("text");
    const writing = [sqlBuilder.deleteFrom("words"), sqlBuilder.insertInto("words").values({ text: new Parameter(0) })];
    expect(compile(reading).isWrite).toBe(false);
    expect(writing.map((query) => compile(query).isWrite)).toEqual([true, true]);
  });

  test("quotes names, so that none can end the quotation", () => {
    expect(compile(sqlBuilder.selectFrom('a" b').select('c"; drop table d; --')).sql).toBe(
      'select "c""; drop table d; --" from "a"" b"',
    );
  });

  test("cannot be changed afterwards", () => {
    const compiled = compile(sqlBuilder.selectFrom("words").select("text"));
    expect(Object.isFrozen(compiled) && Object.isFrozen(compiled.places)).toBe(true);
  });
});

describe("bind", () => {
  const query = (...indexes: number[]) =>
    compile(sqlBuilder.selectNoFrom(indexes.map((index) => parameter(index).as(`c${index}`))));

  test("takes the values as they are where they stand in order", () => {
    const values = ["a", "b"];
    expect(bind(query(0, 1), values)).toBe(values);
  });

  test("moves them to their places where they do not", () => {
    expect(bind(query(2, 0), ["a", "b", "c"])).toEqual(["c", "a"]);
    expect(bind(query(0), ["a", "b"])).toEqual(["a"]);
  });

  test("keeps constants that are compiled in", () => {
    const mixed = compile(sqlBuilder.selectNoFrom([sql`${5}`.as("a"), parameter(0).as("b")]));
    expect(bind(mixed, ["x"])).toEqual([5, "x"]);
  });

  test("makes no NULL of a value that is missing", () => {
    expect(bind(query(1, 0), ["a"])).toEqual([undefined, "a"]);
  });
});
