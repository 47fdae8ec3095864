import {
  action,
  field,
  isAuthenticated,
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
  filters: { owner: ["exact"], text: ["exact", "icontains"], created_at: ["gte", "lt"] },
  search: ["text", "synonym", "definition"],
  ordering: ["text", "created_at"],
  actions: {
    mine: action(
      { detail: false, permissions: [isAuthenticated], description: "The words that are yours." },
      ({ query, user, paginate }) => paginate(query.filter({ owner: user.id })),
    ),
    swap: action(
      { detail: true, methods: ["POST"], description: "Swaps the synonym and the antonym of a word of yours." },
      ({ object, save }) => save({ synonym: object.antonym ?? "", antonym: object.synonym }),
    ),
  },
  performCreate: (serializer, { user }) => serializer.save({ owner: user.id }),
});
