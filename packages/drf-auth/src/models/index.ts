export { columnPath } from "./column-path.ts";
export {
  type Field,
  field,
  type FieldKind,
  type FieldOptions,
  isRelation,
  type OnDelete,
  type Relation,
} from "./field.ts";
export { currentTime, fieldKinds, toDate } from "./field-kinds.ts";
export type { FieldName, Insert, LookupPath, PrimaryKey, RelationName, Row, SourcePath, Values } from "./infer.ts";
export { type LookupName, lookups, splitLookup } from "./lookups.ts";
export { type Fields, model, type Model, type ModelOptions } from "./model.ts";
export { type Conditions, QuerySet } from "./query-set.ts";
export { type ColumnPath, type FieldMeta, fieldOf, type ModelMeta, type Ordering } from "./model-meta.ts";
export { createRegistry, type ModelRegistry } from "./registry.ts";
export { rowDecoder, valuesDecoder } from "./row-decoder.ts";
export type { Selection, Window } from "./selection.ts";
export { LoginAttempt } from "./drf-auth/login-attempt.ts";
export { ownAppLabel, ownModels } from "./drf-auth/own-models.ts";
export { AuthToken } from "./users/auth-token.ts";
export { djangoModels } from "./users/django-models.ts";
export { ContentType, Group, Permission } from "./users/permissions.ts";
export { BlacklistedToken, OutstandingToken } from "./users/refresh-token.ts";
export { Session } from "./users/session.ts";
export { User, userModel, type UserModel, type UserModelOptions } from "./users/user.ts";
