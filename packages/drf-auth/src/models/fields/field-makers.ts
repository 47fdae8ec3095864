import type {
  Field,
  FieldOptions,
  InColumn,
  IpProtocol,
  ManyToMany,
  ManyToManyOptions,
  Relation,
  RelationTarget,
} from "./field.ts";
import type {
  Common,
  Default,
  Either,
  FileOptions,
  Given,
  IntegerField,
  IntegerOptions,
  KeyOptions,
  NumberOptions,
  RelationOptions,
  TextOptions,
  TimeOptions,
  ValueOptions,
} from "./maker-options.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** The makers of fields, by the names of Django's classes: `field.char({ maxLength: 100 })`. */
export const field = {
  /** A whole number of 32 bits that counts up: the primary key, where it is not called `id`. */
  auto(options: KeyOptions = {}): Field<"auto", number, false, true, true> {
    return { kind: "auto", options: { ...keyOptions, ...options } };
  },

  bigInteger<N extends boolean = false, B extends boolean = false, D extends bigint = never>(
    options: NumberOptions<N, B, D, bigint> = {},
  ): Field<"bigInteger", bigint, N, Either<Given<D>, B>, false> {
    return { kind: "bigInteger", options };
  },

  /** A whole number of 64 bits that counts up: the primary key, where it is not called `id`. */
  bigAuto(options: KeyOptions = {}): Field<"bigAuto", number, false, true, true> {
    return { kind: "bigAuto", options: { ...keyOptions, ...options } };
  },

  boolean<N extends boolean = false, B extends boolean = false, D extends boolean = never>(
    options: Common<N, B> & Default<D> = {},
  ): Field<"boolean", boolean, N, Either<Given<D>, B>, false> {
    return { kind: "boolean", options };
  },

  char<
    N extends boolean = false,
    B extends boolean = false,
    D extends string = never,
    P extends boolean = false,
    const C extends string = string,
  >(options: TextOptions<N, B, D, P, C> & { readonly maxLength: number }): Field<"char", C, N, Either<Given<D>, B>, P> {
    return { kind: "char", options };
  },

  /** A day without a time: `YYYY-MM-DD` in a row. */
  date<N extends boolean = false, B extends boolean = false, A extends boolean = false, D extends string = never>(
    options: TimeOptions<N, B, A, D> = {},
  ): Field<"date", string, N, Either<A, Either<Given<D>, B>>, false> {
    return { kind: "date", options: automatic(options) };
  },

  dateTime<N extends boolean = false, B extends boolean = false, A extends boolean = false, D extends "now" = never>(
    options: TimeOptions<N, B, A, D> = {},
  ): Field<"dateTime", string, N, Either<A, Either<Given<D>, B>>, false> {
    return { kind: "dateTime", options: automatic(options) };
  },

  /** An exact number; in a row it is text with all its decimal places. */
  decimal<N extends boolean = false, B extends boolean = false, D extends string = never>(
    options: NumberOptions<N, B, D, string> & { readonly maxDigits: number; readonly decimalPlaces: number },
  ): Field<"decimal", string, N, Either<Given<D>, B>, false> {
    return { kind: "decimal", options };
  },

  /** A span of time, to the microsecond; in a row it is text as DRF writes it: `[D ]HH:MM:SS[.ffffff]`. */
  duration<N extends boolean = false, B extends boolean = false, D extends string = never>(
    options: ValueOptions<N, B, D, string> = {},
  ): Field<"duration", string, N, Either<Given<D>, B>, false> {
    return { kind: "duration", options };
  },

  email<
    N extends boolean = false,
    B extends boolean = false,
    D extends string = never,
    P extends boolean = false,
    const C extends string = string,
  >(
    options: TextOptions<N, B, D, P, C> & { readonly maxLength?: number } = {},
  ): Field<"email", C, N, Either<Given<D>, B>, P> {
    return { kind: "email", options: { maxLength: 254, ...options } };
  },

  /** An uploaded file; in a row it is its name in the storage, `""` where there is none. */
  file<N extends boolean = false, B extends boolean = false>(
    options: FileOptions<N, B> = {},
  ): Field<"file", string, N, B, false> {
    return { kind: "file", options: { maxLength: 100, ...options } };
  },

  float<N extends boolean = false, B extends boolean = false, D extends number = never>(
    options: NumberOptions<N, B, D, number> = {},
  ): Field<"float", number, N, Either<Given<D>, B>, false> {
    return { kind: "float", options };
  },

  foreignKey<T extends RelationTarget, N extends boolean = false, B extends boolean = false>(
    to: T,
    options: RelationOptions<N, B>,
  ): Relation<T, N, B> {
    return { kind: "foreignKey", to, options };
  },

  /** A file that is a picture. */
  image<N extends boolean = false, B extends boolean = false>(
    options: FileOptions<N, B> = {},
  ): Field<"image", string, N, B, false> {
    return { kind: "image", options: { maxLength: 100, ...options } };
  },

  /** Stores a field in a column that is not named as the field: `name: field.inColumn("CustomerName", field.text())`. */
  inColumn<const Name extends string, F extends Field>(column: Name, declared: F): F & InColumn<Name> {
    return { ...declared, options: { ...declared.options, column } } as unknown as F & InColumn<Name>;
  },

  integer<
    N extends boolean = false,
    B extends boolean = false,
    D extends number = never,
    const C extends number = number,
  >(options: IntegerOptions<N, B, D, C> = {}): IntegerField<"integer", N, B, D, C> {
    return { kind: "integer", options };
  },

  /** An IPv4 or IPv6 address, as Django's GenericIPAddressField. */
  ip<N extends boolean = false, B extends boolean = false, D extends string = never>(
    options: ValueOptions<N, B, D, string> & {
      /** Which addresses it takes. Default "both". */
      readonly protocol?: IpProtocol;
    } = {},
  ): Field<"ip", string, N, Either<Given<D>, B>, false> {
    return { kind: "ip", options: { maxLength: 39, ...options } };
  },

  /** Any JSON; with a Standard Schema its values are of that type, and checked. */
  json<N extends boolean = false, B extends boolean = false, D = never, T = unknown>(
    options: ValueOptions<N, B, D, T> & { readonly schema?: StandardSchema<unknown, T> } = {},
  ): Field<"json", T, N, Either<Given<D>, B>, false> {
    return { kind: "json", options: options as FieldOptions };
  },

  /** Rows of another model, any number of them, joined by a table of their own. */
  manyToMany<T extends RelationTarget>(to: T, options: ManyToManyOptions = {}): ManyToMany<T> {
    return { kind: "manyToMany", to, options };
  },

  oneToOne<T extends RelationTarget, N extends boolean = false, B extends boolean = false>(
    to: T,
    options: RelationOptions<N, B>,
  ): Relation<T, N, B> {
    return { kind: "oneToOne", to, options: { ...options, unique: true } };
  },

  positiveBigInteger<N extends boolean = false, B extends boolean = false, D extends bigint = never>(
    options: NumberOptions<N, B, D, bigint> = {},
  ): Field<"positiveBigInteger", bigint, N, Either<Given<D>, B>, false> {
    return { kind: "positiveBigInteger", options };
  },

  positiveInteger<
    N extends boolean = false,
    B extends boolean = false,
    D extends number = never,
    const C extends number = number,
  >(options: IntegerOptions<N, B, D, C> = {}): IntegerField<"positiveInteger", N, B, D, C> {
    return { kind: "positiveInteger", options };
  },

  positiveSmallInteger<
    N extends boolean = false,
    B extends boolean = false,
    D extends number = never,
    const C extends number = number,
  >(options: IntegerOptions<N, B, D, C> = {}): IntegerField<"positiveSmallInteger", N, B, D, C> {
    return { kind: "positiveSmallInteger", options };
  },

  slug<
    N extends boolean = false,
    B extends boolean = false,
    D extends string = never,
    P extends boolean = false,
    const C extends string = string,
  >(
    options: TextOptions<N, B, D, P, C> & {
      readonly maxLength?: number;
      /** Whether letters of every script count. Default false. */
      readonly allowUnicode?: boolean;
    } = {},
  ): Field<"slug", C, N, Either<Given<D>, B>, P> {
    return { kind: "slug", options: { maxLength: 50, index: true, ...options } };
  },

  smallInteger<
    N extends boolean = false,
    B extends boolean = false,
    D extends number = never,
    const C extends number = number,
  >(options: IntegerOptions<N, B, D, C> = {}): IntegerField<"smallInteger", N, B, D, C> {
    return { kind: "smallInteger", options };
  },

  text<
    N extends boolean = false,
    B extends boolean = false,
    D extends string = never,
    P extends boolean = false,
    const C extends string = string,
  >(options: TextOptions<N, B, D, P, C> = {}): Field<"text", C, N, Either<Given<D>, B>, P> {
    return { kind: "text", options };
  },

  /** A time of day: `hh:mm:ss[.ffffff]` in a row. */
  time<N extends boolean = false, B extends boolean = false, D extends string = never>(
    options: ValueOptions<N, B, D, string> = {},
  ): Field<"time", string, N, Either<Given<D>, B>, false> {
    return { kind: "time", options };
  },

  url<
    N extends boolean = false,
    B extends boolean = false,
    D extends string = never,
    P extends boolean = false,
    const C extends string = string,
  >(
    options: TextOptions<N, B, D, P, C> & { readonly maxLength?: number } = {},
  ): Field<"url", C, N, Either<Given<D>, B>, P> {
    return { kind: "url", options: { maxLength: 200, ...options } };
  },

  uuid<N extends boolean = false, B extends boolean = false, D extends string = never, P extends boolean = false>(
    options: ValueOptions<N, B, D, string> & { readonly primaryKey?: P } = {},
  ): Field<"uuid", string, N, Either<Given<D>, B>, P> {
    return { kind: "uuid", options };
  },
} as const;

const keyOptions = Object.freeze({ primaryKey: true, editable: false, blank: true });

function automatic<Options extends FieldOptions>(options: Options): FieldOptions {
  const isAutomatic = options.autoNow === true || options.autoNowAdd === true;
  return isAutomatic ? { blank: true, editable: false, ...options } : options;
}
