import { createModel, migration } from "../../../../../src/migrations/index.ts";

export default migration({
  dependencies: [],
  operations: [
    createModel("thesaurus.Word", {
      id: { kind: "bigAuto", primaryKey: true },
      text: { kind: "char", maxLength: 100, unique: true },
      synonym: { kind: "char", maxLength: 100 },
      antonym: { kind: "char", maxLength: 100, null: true },
      definition: { kind: "text" },
      created_at: { kind: "dateTime" },
      updated_at: { kind: "dateTime" },
      owner: { kind: "foreignKey", to: "user" },
    }),
  ],
});
