export { avg, count, max, min, sum } from "./queries/aggregate.ts";
export { Calculation, f } from "./queries/calculation.ts";
export { columnPath } from "./queries/column-path.ts";
export { conditionSql } from "./condition-sql.ts";
export { type Constraint, fieldsOfCondition, groupsOf, type ModelIndex, type RowCondition } from "./constraint.ts";
export { compareDecimals, type Decimal, fixedDecimal, parseDecimal, plainDecimal } from "./fields/decimal.ts";
export { durationMicroseconds, durationText } from "./fields/duration.ts";
export { objectMaker } from "./queries/object-maker.ts";
export {
  type Choices,
  type Field,
  type FieldKind,
  type FieldOptions,
  type IpProtocol,
  isRelation,
  type ManyToMany,
  type OnDelete,
  type Relation,
} from "./fields/field.ts";
export { keyOf, kindOf } from "./fields/field-codec.ts";
export { fieldKinds } from "./fields/field-kinds.ts";
export { field } from "./fields/field-makers.ts";
export type {
  FieldName,
  FieldOutput,
  Insert,
  LookupPath,
  FileName,
  ManyName,
  OrderPath,
  PrimaryKey,
  RelationName,
  Row,
  SourcePath,
  Values,
} from "./inference/infer.ts";
export { type DatePart, isDatePart } from "./fields/date-parts.ts";
export { kyselyOf, type Tables } from "./queries/kysely-tables.ts";
export { type LookupName, lookups, splitLookup } from "./queries/lookups.ts";
export { type Fields, model, type Model, type ModelOptions } from "./model.ts";
export { QuerySet } from "./queries/query-set.ts";
export type { Conditions } from "./inference/typed-conditions.ts";
export type { NewRow } from "./inference/typed-values.ts";
export {
  type ColumnPath,
  type FieldMeta,
  fieldOf,
  type ManyToManyMeta,
  type ModelMeta,
  type Ordering,
} from "./model-meta.ts";
export { endedByKey, reversed } from "./queries/ordering.ts";
export { createRegistry, type ModelRegistry } from "./registry.ts";
export { rowDecoder, valuesDecoder } from "./queries/row-decoder.ts";
export type { Selection, Window } from "./queries/selection.ts";
export {
  isStandardSchema,
  type StandardIssue,
  type StandardResult,
  type StandardSchema,
} from "./fields/standard-schema.ts";
export { currentDay, currentTime, toDate } from "./fields/stored-time.ts";
export { defaultIndexName } from "./table-rules.ts";
export { fieldAtEnd, manyAtEnd } from "./queries/reach.ts";
export { type ToMany, toManyOf } from "./queries/to-many.ts";
export { LoginAttempt } from "./drf-auth/login-attempt.ts";
export { ownAppLabel, ownModels } from "./drf-auth/own-models.ts";
export { AuthToken } from "./users/auth-token.ts";
export { djangoModels } from "./users/django-models.ts";
export { ContentType, Group, Permission } from "./users/permissions.ts";
export { BlacklistedToken, OutstandingToken } from "./users/refresh-token.ts";
export { Session } from "./users/session.ts";
export { permissionsOfUser } from "./users/user-permissions.ts";
export { User, userModel, type UserModel, type UserModelOptions } from "./users/user.ts";
