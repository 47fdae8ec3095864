export { BoundModelSerializer } from "./bound-model-serializer.ts";
export {
  type FieldOptions,
  type FieldPlace,
  type SerializerField,
  type ValidationContext,
  type Validator,
} from "./field.ts";
export { booleanField } from "./fields/boolean-field.ts";
export { charField, emailField, regexField, slugField, urlField } from "./fields/char-field.ts";
export { choiceField, multipleChoiceField } from "./fields/choice-field.ts";
export { dateField } from "./fields/date-field.ts";
export { dateTimeField } from "./fields/date-time-field.ts";
export { decimalField } from "./fields/decimal-field.ts";
export { dictField } from "./fields/dict-field.ts";
export { durationField } from "./fields/duration-field.ts";
export { fileField, imageField } from "./fields/file-field.ts";
export { floatField } from "./fields/float-field.ts";
export {
  hyperlinkedIdentity,
  type HyperlinkedOptions,
  hyperlinkedRelated,
  type HyperlinkedRelatedOptions,
} from "./fields/hyperlinked-fields.ts";
export { currentUser, hiddenField } from "./fields/hidden-field.ts";
export { bigIntegerField, integerField } from "./fields/integer-field.ts";
export { ipAddressField } from "./fields/ip-address-field.ts";
export { jsonField } from "./fields/json-field.ts";
export { listField } from "./fields/list-field.ts";
export { methodField } from "./fields/method-field.ts";
export { nested } from "./fields/nested-field.ts";
export { readOnly } from "./fields/read-only-field.ts";
export { primaryKeyRelated, slugRelated, stringRelated } from "./fields/related-fields.ts";
export { timeField } from "./fields/time-field.ts";
export { uuidField } from "./fields/uuid-field.ts";
export type { InputOf, OutputOf } from "./infer.ts";
export { fieldOfModel } from "./model-fields.ts";
export { type ModelSerializer, modelSerializer } from "./model-serializer.ts";
export type { RepresentContext } from "./row-reader.ts";
export type { SavingContext } from "./saving-hooks.ts";
export { serializer, type Serializer, type SerializerLike, serializerOf } from "./serializer.ts";
