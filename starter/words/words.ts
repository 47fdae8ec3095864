import {
  field,
  isAuthenticatedOrReadOnly,
  isOwnerOrReadOnly,
  model,
  modelSerializer,
  modelViewSet,
  pageNumber,
  readOnly,
} from "drf-auth";

export const Word = model(
  "words.Word",
  {
    text: field.char({ maxLength: 100, unique: true }),
    synonym: field.char({ maxLength: 100, blank: true }),
    antonym: field.char({ maxLength: 100, null: true, blank: true }),
    definition: field.text({ blank: true, helpText: "What the word means." }),
    owner: field.foreignKey("user", { onDelete: "cascade", relatedName: "words" }),
    created_at: field.dateTime({ autoNowAdd: true }),
    updated_at: field.dateTime({ autoNow: true }),
  },
  { ordering: ["id"] },
);

export const WordSerializer = modelSerializer(Word, {
  fields: ["id", "text", "synonym", "antonym", "definition", "owner", "created_at", "updated_at"],
  declared: { owner: readOnly({ source: "owner.username" }) },
});

export const words = modelViewSet(WordSerializer, {
  description: "Words, each with a synonym and an antonym. Anyone reads; only its owner changes a word.",
  permissions: [isAuthenticatedOrReadOnly, isOwnerOrReadOnly("owner")],
  pagination: pageNumber({ pageSize: 10, pageSizeParam: "page_size", maxPageSize: 100 }),
  performCreate: (serializer, { user }) => serializer.save({ owner: user.id }),
});
