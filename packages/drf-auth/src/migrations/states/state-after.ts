import { ImproperlyConfigured } from "../../errors.ts";
import { didYouMean } from "../../settings.ts";
import type { AddField, AlterField, FieldState, ModelState, Operation, RemoveField } from "../operations.ts";
import { fieldsOfRule, type ModelRule, withoutField, withRenamedField } from "./model-rule.ts";
import type { ProjectState } from "./state.ts";

/**
 * The state that some operations lead to.
 *
 * @throws {ImproperlyConfigured} when one of them is about what is not there, or makes what is there already.
 */
export function stateAfter(
  state: ProjectState,
  operations: readonly Operation[],
  where: string,
  options: StateAfterOptions = {},
): ProjectState {
  let after = state;
  for (const operation of operations) after = applied(after, operation, where, options);
  return after;
}

export interface StateAfterOptions {
  /** Whether a model may go to which others refer: on the way back these go next. Default false. */
  readonly mayDangle?: boolean;
}

function applied(
  state: ProjectState,
  operation: Operation,
  where: string,
  { mayDangle = false }: StateAfterOptions,
): ProjectState {
  const after = new Map(state);
  const modelOf = (name: string): ModelState => {
    const model = state.get(name);
    if (model) return model;
    throw new ImproperlyConfigured(
      `${where} changes ${name}, which no migration before it makes.${didYouMean(name, [...state.keys()])}`,
    );
  };
  const set = (model: ModelState): ProjectState => after.set(model.name, model);
  switch (operation.type) {
    case "createModel":
      if (state.has(operation.model.name)) {
        throw new ImproperlyConfigured(
          `${where} makes the table of ${operation.model.name}, which a migration before it made already.`,
        );
      }
      return set(operation.model);
    case "deleteModel":
      if (!mayDangle) refuseReferences(state, modelOf(operation.name).name, where);
      after.delete(operation.name);
      return after;
    case "renameModel": {
      const { name, to, table } = operation;
      const model = modelOf(name);
      if (state.has(to)) throw new ImproperlyConfigured(`${where} renames ${name} to ${to}, which is there already.`);
      return new Map(
        [...state].map(([key, one]) => {
          const fields = withTarget(key === name ? model.fields : one.fields, name, to);
          return key === name ? [to, { ...model, name: to, table, fields }] : [key, { ...one, fields }];
        }),
      );
    }
    case "addField": {
      const model = modelOf(operation.model);
      if (Object.hasOwn(model.fields, operation.name)) {
        throw new ImproperlyConfigured(`${where} adds ${model.name}.${operation.name}, which is there already.`);
      }
      refuseOtherKey(model, operation, where);
      return set({ ...model, fields: { ...model.fields, [operation.name]: operation.field } });
    }
    case "removeField": {
      const model = modelOf(operation.model);
      mustHave(model, operation.name, where);
      refuseOtherKey(model, operation, where);
      const { [operation.name]: _removed, ...fields } = model.fields;
      return set({
        ...model,
        fields,
        uniqueTogether: model.uniqueTogether.filter((names) => !names.includes(operation.name)),
        indexes: withoutField(model.indexes, operation.name),
        constraints: withoutField(model.constraints, operation.name),
      });
    }
    case "alterField": {
      const model = modelOf(operation.model);
      mustHave(model, operation.name, where);
      refuseOtherKey(model, operation, where);
      return set({ ...model, fields: { ...model.fields, [operation.name]: operation.field } });
    }
    case "renameField": {
      const { name, to } = operation;
      const model = modelOf(operation.model);
      mustHave(model, name, where);
      if (Object.hasOwn(model.fields, to)) {
        throw new ImproperlyConfigured(`${where} renames ${model.name}.${name} to ${to}, which is there already.`);
      }
      const renamed = (one: string): string => (one === name ? to : one);
      return set({
        ...model,
        fields: Object.fromEntries(Object.entries(model.fields).map(([key, field]) => [renamed(key), field])),
        uniqueTogether: model.uniqueTogether.map((names) => names.map(renamed)),
        indexes: model.indexes.map((index) => withRenamedField(index, name, to)),
        constraints: model.constraints.map((constraint) => withRenamedField(constraint, name, to)),
      });
    }
    case "alterUniqueTogether": {
      const model = modelOf(operation.model);
      for (const name of operation.sets.flat()) mustHave(model, name, where);
      return set({ ...model, uniqueTogether: operation.sets });
    }
    case "addIndex": {
      const model = modelOf(operation.model);
      const { index } = operation;
      mustBeNew(model, index.name, where);
      for (const name of fieldsOfRule(index)) mustHave(model, name, where);
      return set({ ...model, indexes: [...model.indexes, index] });
    }
    case "removeIndex": {
      const model = modelOf(operation.model);
      mustBeNamed(model.indexes, operation, where);
      return set({ ...model, indexes: model.indexes.filter(({ name }) => name !== operation.name) });
    }
    case "addConstraint": {
      const model = modelOf(operation.model);
      const { constraint } = operation;
      mustBeNew(model, constraint.name, where);
      for (const name of fieldsOfRule(constraint)) mustHave(model, name, where);
      return set({ ...model, constraints: [...model.constraints, constraint] });
    }
    case "removeConstraint": {
      const model = modelOf(operation.model);
      mustBeNamed(model.constraints, operation, where);
      return set({ ...model, constraints: model.constraints.filter(({ name }) => name !== operation.name) });
    }
    case "alterTable":
      return set({ ...modelOf(operation.model), table: operation.table });
    case "runCode":
    case "runSql":
      return state;
  }
}

function mustHave(model: ModelState, name: string, where: string): void {
  if (Object.hasOwn(model.fields, name)) return;
  throw new ImproperlyConfigured(
    `${where}: ${model.name} has no field "${name}".${didYouMean(name, Object.keys(model.fields))}`,
  );
}

/** A table has one key, and its rows are known by it. */
function refuseOtherKey(
  { name: model, fields }: ModelState,
  { type, name, ...operation }: AddField | AlterField | RemoveField,
  where: string,
): void {
  const isKey = "field" in operation && operation.field.primaryKey === true;
  if (isKey === (fields[name]?.primaryKey === true)) return;
  const [key = "another field"] = Object.entries(fields).find(([, field]) => field.primaryKey === true) ?? [];
  const does = { addField: "adds", alterField: "alters", removeField: "removes" }[type];
  throw new ImproperlyConfigured(
    `${where} ${does} ${model}.${name}, and the primary key of ${model} is ${key}: a table keeps its key.`,
  );
}

function mustBeNew({ name: model, indexes, constraints }: ModelState, name: string, where: string): void {
  if (![...indexes, ...constraints].some((one) => one.name === name)) return;
  throw new ImproperlyConfigured(`${where} adds ${name} to ${model}, which has one of that name already.`);
}

function mustBeNamed(
  rules: readonly ModelRule[],
  { model, name }: { readonly model: string; readonly name: string },
  where: string,
): void {
  if (rules.some((one) => one.name === name)) return;
  const names = rules.map((one) => one.name);
  throw new ImproperlyConfigured(
    `${where} removes ${name} from ${model}, which has none such.${didYouMean(name, names)}`,
  );
}

function refuseReferences(state: ProjectState, name: string, where: string): void {
  for (const model of state.values()) {
    const field = Object.entries(model.fields).find(([, { to }]) => to === name)?.[0];
    if (field === undefined || model.name === name) continue;
    throw new ImproperlyConfigured(
      `${where} removes ${name}, to which ${model.name}.${field} refers. Remove that field before.`,
    );
  }
}

function withTarget(fields: ModelState["fields"], name: string, to: string): ModelState["fields"] {
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]): [string, FieldState] => [
      key,
      field.to === name ? { ...field, to } : field,
    ]),
  );
}
