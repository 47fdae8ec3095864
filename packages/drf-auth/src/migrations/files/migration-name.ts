import type { Operation } from "../operations.ts";

/** What the operations do, as far as it fits into Django's 52 characters. */
export function nameFor(operations: readonly Operation[]): string {
  let name = "";
  for (const operation of operations) {
    const next = `${name}${name && "_"}${wordsFor(operation)}`;
    if (name !== "" && next.length > 52) return `${name}_and_more`;
    name = next.slice(0, 60);
  }
  return name;
}

function wordsFor(operation: Operation): string {
  const model = modelOf(operation)
    .slice(modelOf(operation).indexOf(".") + 1)
    .toLowerCase();
  switch (operation.type) {
    case "createModel":
      return model;
    case "deleteModel":
      return `delete_${model}`;
    case "renameModel":
      return `rename_${model}`;
    case "addField":
      return `${model}_${operation.name}`;
    case "removeField":
      return `remove_${model}_${operation.name}`;
    case "alterField":
      return `alter_${model}_${operation.name}`;
    case "renameField":
      return `rename_${operation.name}_${model}_${operation.to}`;
    case "alterUniqueTogether":
      return `alter_${model}_unique_together`;
    case "addIndex":
      return operation.index.name.toLowerCase();
    case "addConstraint":
      return operation.constraint.name.toLowerCase();
    case "removeIndex":
    case "removeConstraint":
      return `remove_${operation.name.toLowerCase()}`;
    case "alterTable":
      return `alter_${model}_table`;
    default:
      return operation.type.toLowerCase();
  }
}

/** The model that an operation is about. */
export function modelOf(operation: Operation): string {
  if (operation.type === "createModel") return operation.model.name;
  if (operation.type === "runCode" || operation.type === "runSql") return "";
  return "model" in operation ? operation.model : operation.name;
}
