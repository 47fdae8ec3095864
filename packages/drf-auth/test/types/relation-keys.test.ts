import { describe, expectTypeOf, test } from "vitest";
import {
  type FieldOutput,
  field,
  type Insert,
  model,
  type PrimaryKey,
  type QuerySet,
  type Row,
} from "../../src/models/index.ts";
import { modelSerializer } from "../../src/serializers/index.ts";

const Country = model("keys.Country", { code: field.char({ maxLength: 2, primaryKey: true }) });

const Door = model("keys.Door", {
  id: field.uuid({ primaryKey: true }),
  inside: field.foreignKey("self", { onDelete: "setNull", null: true }),
  get lock() {
    return field.oneToOne(Lock, { onDelete: "cascade" });
  },
});

const Lock = model("keys.Lock", {
  get door() {
    return field.foreignKey(Door, { onDelete: "cascade" });
  },
  country: field.foreignKey(Country, { onDelete: "setNull", null: true }),
  maker: field.foreignKey("user", { onDelete: "cascade" }),
  doors: field.manyToMany(Door, { blank: true }),
});

declare const locks: QuerySet<typeof Lock>;
declare const doors: QuerySet<typeof Door>;

describe("a relation's value", () => {
  test("is the key of the model that it leads to, be they in a circle", () => {
    expectTypeOf<Row<typeof Lock>>().toEqualTypeOf<{
      readonly id: number;
      readonly door_id: string;
      readonly country_id: string | null;
      readonly maker_id: number;
    }>();
    expectTypeOf<Row<typeof Door>>().toEqualTypeOf<{
      readonly id: string;
      readonly inside_id: string | null;
      readonly lock_id: number;
    }>();
    expectTypeOf<Insert<typeof Lock>>().toEqualTypeOf<{
      readonly door: string;
      readonly maker: number;
      readonly country?: string | null;
    }>();
    expectTypeOf<PrimaryKey<typeof Door>>().toEqualTypeOf<string>();
    expectTypeOf<(typeof Door)["fields"]["lock"]>().not.toBeAny();
  });

  test("is compared with such keys", () => {
    expectTypeOf([
      () => locks.filter({ door: "a", door_id: "a", door__in: ["a"], door__id: "a", door__gt: "a", country: null }),
      () => locks.filter({ doors: "a", doors__in: ["a"], door__inside: "a", door__lock: 1, maker: 1 }),
      () => doors.filter({ pk: "a", inside: "a", inside__inside_id: null, lock__country__in: ["fr"] }),
      // @ts-expect-error a door's key is text
      () => locks.filter({ door: 5 }),
      // @ts-expect-error a door's key is text
      () => locks.filter({ door_id: 5 }),
      // @ts-expect-error a door's key is text
      () => locks.filter({ door__in: [5] }),
      // @ts-expect-error a door's key is text
      () => doors.filter({ inside: 5 }),
      // @ts-expect-error a lock's key is a number
      () => doors.filter({ lock: "a" }),
    ]).toBeArray();
  });

  test("is such a key in what is written and read", () => {
    expectTypeOf([
      () => locks.insert({ door: "a", maker: 1 }),
      () => locks.insert({ door_id: "a", maker: 1, country_id: "fr" }),
      () => locks.update({ country: "fr", door_id: "a" }),
      () => locks.getOrCreate({ door: "a", maker: 1 }, { country: "fr" }),
      // @ts-expect-error a door's key is text
      () => locks.insert({ door: 5, maker: 1 }),
      // @ts-expect-error a country's key is text
      () => locks.update({ country: 5 }),
      // @ts-expect-error a door's key is text
      () => locks.getOrCreate({ door: 5, maker: 1 }),
      // @ts-expect-error a door's key is text
      () => locks.getOrCreate({ door: "a" }, { maker: 1, door_id: 5 }),
    ]).toBeArray();
    const values = () => locks.values("door", "country", "door__inside", "door__lock_id");
    expectTypeOf(values).returns.resolves.toEqualTypeOf<
      {
        readonly door: string;
        readonly country: string | null;
        readonly door__inside: string | null;
        readonly door__lock_id: number;
      }[]
    >();
  });

  test("is such a key in what serializers take in and give out", () => {
    expectTypeOf<FieldOutput<typeof Lock, "door">>().toEqualTypeOf<string>();
    expectTypeOf<FieldOutput<typeof Lock, "doors">>().toEqualTypeOf<readonly string[]>();
    const create = () =>
      modelSerializer(Lock, {
        fields: ["door", "doors"],
        create: ({ door, doors: several }) => {
          expectTypeOf(door).toEqualTypeOf<string>();
          expectTypeOf(several).toEqualTypeOf<readonly string[] | undefined>();
          return Promise.resolve(1);
        },
      });
    expectTypeOf(create).toBeFunction();
  });
});
