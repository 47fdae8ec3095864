import { ImproperlyConfigured } from "../../errors.ts";
import { fieldKinds } from "../../models/index.ts";
import { fieldsOfRule, type ModelRule } from "./model-rule.ts";
import type { FieldState, Fill, ModelState, Operation } from "../operations.ts";
import type { ProjectState } from "./state.ts";

/**
 * The operations that undo another; `before` is the state that it found.
 *
 * @throws {ImproperlyConfigured} for SQL and code that say nothing of the way back.
 */
export function inverseOf(operation: Operation, before: ProjectState, where: string): readonly Operation[] {
  const modelOf = (name: string): ModelState => before.get(name) as ModelState;
  switch (operation.type) {
    case "createModel":
      return [{ type: "deleteModel", name: operation.model.name }];
    case "deleteModel":
      return [{ type: "createModel", model: modelOf(operation.name) }];
    case "renameModel": {
      const { table } = modelOf(operation.name);
      return [{ type: "renameModel", name: operation.to, to: operation.name, table }];
    }
    case "addField":
      return [{ type: "removeField", model: operation.model, name: operation.name }];
    case "removeField": {
      const { model, name } = operation;
      const { fields, uniqueTogether, indexes, constraints } = modelOf(model);
      const field = fields[name] as FieldState;
      const isOfField = (rule: ModelRule): boolean => fieldsOfRule(rule).includes(name);
      const isTogether = uniqueTogether.some((names) => names.includes(name));
      return [
        { type: "addField", model, name, field, ...emptyFill(field) },
        ...(isTogether ? [{ type: "alterUniqueTogether", model, sets: uniqueTogether } as const] : []),
        ...indexes.filter(isOfField).map((index) => ({ type: "addIndex", model, index }) as const),
        ...constraints.filter(isOfField).map((constraint) => ({ type: "addConstraint", model, constraint }) as const),
      ];
    }
    case "alterField": {
      const field = modelOf(operation.model).fields[operation.name] as FieldState;
      return [{ ...operation, field, ...emptyFill(field) }];
    }
    case "renameField":
      return [{ type: "renameField", model: operation.model, name: operation.to, to: operation.name }];
    case "alterUniqueTogether":
      return [{ ...operation, sets: modelOf(operation.model).uniqueTogether }];
    case "addIndex":
      return [{ type: "removeIndex", model: operation.model, name: operation.index.name }];
    case "removeIndex": {
      const { model, name } = operation;
      return [{ type: "addIndex", model, index: named(modelOf(model).indexes, name) }];
    }
    case "addConstraint":
      return [{ type: "removeConstraint", model: operation.model, name: operation.constraint.name }];
    case "removeConstraint": {
      const { model, name } = operation;
      return [{ type: "addConstraint", model, constraint: named(modelOf(model).constraints, name) }];
    }
    case "alterTable":
      return [{ ...operation, table: modelOf(operation.model).table }];
    case "runSql": {
      const { forwards, backwards } = operation;
      if (backwards === undefined) throw irreversible(where, "runSql");
      return [{ type: "runSql", forwards: backwards, backwards: forwards }];
    }
    case "runCode": {
      const { forwards, backwards } = operation;
      if (!backwards) throw irreversible(where, "runCode");
      return [{ type: "runCode", forwards: backwards, backwards: forwards }];
    }
  }
}

function named<Rule extends ModelRule>(rules: readonly Rule[], name: string): Rule {
  return rules.find((one) => one.name === name) as Rule;
}

function irreversible(where: string, what: string): ImproperlyConfigured {
  return new ImproperlyConfigured(
    `${where} cannot be undone: its ${what} says nothing of the way back. Give it a second argument.`,
  );
}

/** What stands in a column that comes back: what was in it is gone. */
function emptyFill(field: FieldState): { readonly fill?: Fill } {
  if (field.null || field.to !== undefined) return {};
  return { fill: emptyValue(field) };
}

function emptyValue({ kind }: FieldState): Fill {
  if (fieldKinds[kind].isText) return "";
  switch (kind) {
    case "boolean":
      return false;
    case "date":
      return "1970-01-01";
    case "dateTime":
      return "1970-01-01T00:00:00Z";
    case "time":
    case "duration":
      return "00:00:00";
    case "decimal":
      return "0";
    case "bigInteger":
    case "positiveBigInteger":
      return 0n;
    case "uuid":
      return "00000000-0000-0000-0000-000000000000";
    case "ip":
      return "0.0.0.0";
    default:
      return 0;
  }
}
