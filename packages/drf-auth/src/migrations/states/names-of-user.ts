import type { MigrationFile } from "../files/migration-file.ts";
import type { ModelState, Operation } from "../operations.ts";
import type { ProjectState } from "./state.ts";

/** What a model was called before some migrations, by what it is called after them. */
export function nameBefore(name: string, files: readonly Pick<MigrationFile, "migration">[]): string {
  const operations = files.flatMap(({ migration }) => migration.operations);
  return operations.toReversed().reduce(nameBeforeOne, name);
}

function nameBeforeOne(name: string, operation: Operation): string {
  return operation.type === "renameModel" && operation.to === name ? operation.name : name;
}

/** The migration that makes the table of the user model, whatever it was called then; none where it is Django's. */
export function makerOfUser<File extends Pick<MigrationFile, "migration">>(
  files: readonly File[],
  userName: string,
): File | undefined {
  const made = (name: string) =>
    files.find(({ migration }) =>
      migration.operations.some((operation) => operation.type === "createModel" && operation.model.name === name),
    );
  const names = new Set([userName]);
  for (const name of names) {
    const maker = made(name);
    if (maker) return maker;
    for (const { migration } of files) {
      for (const operation of migration.operations) {
        if (operation.type === "renameModel" && operation.to === name) names.add(operation.name);
      }
    }
  }
  return undefined;
}

/**
 * Migrations, in their order, in which "user" stands where the user model is called as it is at last: before it was
 * renamed its name of that time stands there, so that a table can be made that refers to its.
 */
export function withNamesOfUser(files: readonly MigrationFile[], userName: string): readonly MigrationFile[] {
  if (!files.some(({ migration }) => nameBefore(userName, [{ migration }]) !== userName)) return files;
  const maker = makerOfUser(files, userName);
  let name = userName;
  return files
    .toReversed()
    .map((file) => {
      const operations = file.migration.operations
        .toReversed()
        .map((operation) => {
          const named = withTarget(operation, "user", name === userName ? "user" : name);
          name = nameBeforeOne(name, operation);
          return named;
        })
        .toReversed();
      const isOther = operations.some((operation, index) => operation !== file.migration.operations[index]);
      if (!isOther || !maker || maker.key === file.key)
        return { ...file, migration: { ...file.migration, operations } };
      const dependencies = [...file.migration.dependencies, [maker.appLabel, maker.name] as const];
      return { ...file, migration: { ...file.migration, dependencies, operations } };
    })
    .toReversed();
}

/** The state in which the user model is called "user" where relations lead to it, as the models have it. */
export function withUser(state: ProjectState, userName: string): ProjectState {
  return new Map([...state].map(([name, model]) => [name, modelWithTarget(model, userName, "user")]));
}

function withTarget(operation: Operation, target: string, to: string): Operation {
  if (target === to) return operation;
  if (operation.type === "createModel") {
    const model = modelWithTarget(operation.model, target, to);
    return model === operation.model ? operation : { ...operation, model };
  }
  const isAbout = (operation.type === "addField" || operation.type === "alterField") && operation.field.to === target;
  return isAbout ? { ...operation, field: { ...operation.field, to } } : operation;
}

function modelWithTarget(model: ModelState, target: string, to: string): ModelState {
  if (!Object.values(model.fields).some((field) => field.to === target)) return model;
  const fields = Object.entries(model.fields).map(([name, field]) => [
    name,
    field.to === target ? { ...field, to } : field,
  ]);
  return { ...model, fields: Object.fromEntries(fields) as ModelState["fields"] };
}
