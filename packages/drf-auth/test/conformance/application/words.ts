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
} from "../../../src/index.ts";

export const Word = model(
  "thesaurus.Word",
  {
    text: field.char({ maxLength: 100, unique: true }),
    synonym: field.char({ maxLength: 100, blank: true, default: "" }),
    antonym: field.char({ maxLength: 100, null: true, blank: true }),
    definition: field.text({ blank: true, default: "", helpText: "What the word means." }),
    created_at: field.dateTime({ autoNowAdd: true }),
    updated_at: field.dateTime({ autoNow: true }),
    owner: field.foreignKey("user", { onDelete: "cascade", relatedName: "words" }),
  },
  { ordering: ["id"] },
);

const WordSerializer = modelSerializer(Word, {
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
    mine: action({ detail: false }, ({ query, user, represent }) => represent(query.filter({ owner: user.id ?? 0 }))),
    swap: action(
      { detail: true, methods: ["POST"], permissions: [isAuthenticated], description: "Swaps synonym and antonym." },
      ({ object, save }) => save({ synonym: object.antonym ?? "", antonym: object.synonym }),
    ),
  },
  performCreate: (serializer, { user }) => serializer.save({ owner: user.id }),
});
