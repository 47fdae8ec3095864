import { allowAny, charField, dictField, handler, leftJoin, serializer, view } from "drf-auth";

const TwoMaps = serializer({
  left: dictField({ child: charField() }),
  right: dictField({ child: charField() }),
});

export const leftJoinView = view({
  name: "Left Join",
  description: "Left-joins two maps: every key of the left, its value, and the right's value or null.",
  permissions: [allowAny],
  post: handler(TwoMaps, ({ validatedData }) => leftJoin(validatedData.left, validatedData.right)),
});
