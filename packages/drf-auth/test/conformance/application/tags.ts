import {
  djangoModelPermissionsOrAnonReadOnly,
  field,
  model,
  modelSerializer,
  modelViewSet,
} from "../../../src/index.ts";

export const Tag = model(
  "thesaurus.Tag",
  { name: field.char({ maxLength: 30, unique: true }) },
  { ordering: ["id"], display: "name" },
);

const TagSerializer = modelSerializer(Tag, { fields: ["id", "name"] });

export const tags = modelViewSet(TagSerializer, {
  description: "Needs Django's model permissions to change anything.",
  permissions: [djangoModelPermissionsOrAnonReadOnly],
});
