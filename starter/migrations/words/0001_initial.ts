import { createModel, migration } from "drf-auth/migrations";

export default migration({
  dependencies: [],
  operations: [
    createModel("words.Word", {
      id: { kind: "bigAuto", primaryKey: true },
      text: { kind: "char", maxLength: 100, unique: true },
      synonym: { kind: "char", maxLength: 100 },
      antonym: { kind: "char", maxLength: 100, null: true },
      definition: { kind: "text" },
      owner: { kind: "foreignKey", to: "user" },
      created_at: { kind: "dateTime" },
      updated_at: { kind: "dateTime" },
    }),
  ],
});
