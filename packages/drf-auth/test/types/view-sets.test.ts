import { describe, expectTypeOf, test } from "vitest";
import {
  action,
  charField,
  isAdminUser,
  isAuthenticated,
  isOwnerOrReadOnly,
  modelSerializer,
  modelViewSet,
  type QuerySet,
  type RequestUser,
  type Row,
  serializer,
} from "../../src/index.ts";
import { Word } from "../conformance/application/words.ts";

const WordSerializer = modelSerializer(Word, { fields: ["id", "text"] });

describe("what an action is given", () => {
  test("a user where a permission lets nobody else through, perhaps nobody elsewhere", () => {
    modelViewSet(WordSerializer, {
      actions: {
        mine: action({ detail: false, permissions: [isAuthenticated] }, ({ user, query }) => {
          expectTypeOf(user).toEqualTypeOf<RequestUser>();
          expectTypeOf(query).toEqualTypeOf<QuerySet<typeof Word>>();
        }),
        staff: action({ detail: true, permissions: [isOwnerOrReadOnly("owner"), isAdminUser] }, ({ user }) => {
          expectTypeOf(user).toEqualTypeOf<RequestUser>();
        }),
        all: action({ detail: false }, ({ user }) => {
          expectTypeOf(user.id).toEqualTypeOf<number | null>();
        }),
      },
    });
  });

  test("the row, and what it takes, by their types", () => {
    modelViewSet(WordSerializer, {
      actions: {
        swap: action({ detail: true, methods: ["POST"] }, ({ object, save }) => {
          expectTypeOf(object).toEqualTypeOf<Row<typeof Word>>();
          // @ts-expect-error: the model has no such field.
          void save({ sinonym: "x" });
          return save({ synonym: object.antonym ?? "" });
        }),
        say: action({ detail: false, methods: ["POST"], input: serializer({ times: charField() }) }, (context) => {
          expectTypeOf(context.validatedData.times).toEqualTypeOf<string>();
          // @ts-expect-error: an action of the list is about no object.
          void context.object;
        }),
      },
    });
  });
});

test("names of filters, search and ordering are those of the model", () => {
  modelViewSet(WordSerializer, {
    filters: { text: ["exact", "icontains"], created_at: ["gte"] },
    search: ["text", "^synonym"],
    ordering: ["text", "created_at"],
  });
  // @ts-expect-error: no such field.
  expectTypeOf(() => modelViewSet(WordSerializer, { filters: { txt: ["exact"] } })).toBeFunction();
  // @ts-expect-error: no such lookup.
  expectTypeOf(() => modelViewSet(WordSerializer, { filters: { text: ["like"] } })).toBeFunction();
  // @ts-expect-error: no such field.
  expectTypeOf(() => modelViewSet(WordSerializer, { search: ["txt"] })).toBeFunction();
  // @ts-expect-error: no such field.
  expectTypeOf(() => modelViewSet(WordSerializer, { ordering: ["txt"] })).toBeFunction();
});
