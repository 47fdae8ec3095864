import { type Data, inOneLine, maxColumns, opened, propertiesOf } from "../files/data-text.ts";
import { defaultTable } from "../operations.ts";
import type { FieldDraft, ModelDraft, UserDraft } from "./drafts.ts";

/** Writes models as the text of a file, each after those that it refers to where that can be. */
export function modelsText(models: readonly ModelDraft[]): string {
  const ordered = inOrder(models);
  const makers = models.map(({ user }) => (user ? "userModel" : "model"));
  const imports = new Map<string, Set<string>>([["drf-auth", new Set(["field", ...makers])]]);
  for (const { target } of models.flatMap(({ fields }) => fields)) {
    if (target?.type === "imported")
      imports.set(target.from, (imports.get(target.from) ?? new Set()).add(target.constant));
  }
  const written = new Set<string>();
  const texts = ordered.map((draft) => {
    written.add(draft.constant);
    return modelText(draft, written);
  });
  const lines = [...imports].map(
    ([from, names]) => `import { ${[...names].toSorted(byName).join(", ")} } from "${from}";`,
  );
  return `${lines.join("\n")}\n\n${texts.join("\n\n")}\n`;
}

const byName = (one: string, other: string): number => (one.toLowerCase() < other.toLowerCase() ? -1 : 1);

function inOrder(models: readonly ModelDraft[]): readonly ModelDraft[] {
  const byConstant = new Map(models.map((draft) => [draft.constant, draft]));
  const ordered = new Set<ModelDraft>();
  const begun = new Set<ModelDraft>();
  const add = (draft: ModelDraft): void => {
    if (begun.has(draft)) return;
    begun.add(draft);
    for (const { target } of draft.fields) {
      const other = target?.type === "written" ? byConstant.get(target.constant) : undefined;
      if (other) add(other);
    }
    ordered.add(draft);
  };
  for (const draft of models) add(draft);
  return [...ordered];
}

function modelText(
  { appLabel, constant, table, fields, user, uniqueTogether, indexes, constraints, notes }: ModelDraft,
  written: ReadonlySet<string>,
): string {
  const options: Data = {
    ...(user && userOptions(user)),
    ...(defaultTable(`${appLabel}.${constant}`) !== table && { table }),
    ...(uniqueTogether.length > 0 && { uniqueTogether }),
    ...(indexes.length > 0 && { indexes }),
    ...(constraints.length > 0 && { constraints }),
  };
  const name = JSON.stringify(`${appLabel}.${constant}`);
  const hasOptions = Object.keys(options).length > 0;
  const body = fieldsText(fields, hasOptions ? 2 : 0, written);
  const comments = [
    ...(user ? [`// Users: write user: ${constant} in the settings.\n`] : []),
    ...(user && user.usernameField === undefined
      ? ["// Choose usernameField, by which they log in: no two may have the same, and no field is so.\n"]
      : []),
    ...notes.map((note) => `// Not said here: ${oneLine(note)}.\n`),
  ].join("");
  if (!hasOptions) return `${comments}export const ${constant} = model(${name}, ${body});`;
  const told = inOneLine(options);
  const last = told.length + 3 <= maxColumns ? told : opened("{}", propertiesOf(options, 4), 2);
  return `${comments}export const ${constant} = ${user ? "userModel" : "model"}(\n  ${name},\n  ${body},\n  ${last},\n);`;
}

function userOptions({ usernameField = "", requiredFields, hasPermissions, hasStanding }: UserDraft): object {
  return {
    usernameField,
    ...(requiredFields.length > 0 && { requiredFields }),
    ...(!hasPermissions && { hasPermissions }),
    ...(!hasStanding && { hasStanding }),
  };
}

function fieldsText(fields: readonly FieldDraft[], indent: number, written: ReadonlySet<string>): string {
  if (fields.length === 0) return "{}";
  const pad = " ".repeat(indent + 2);
  const lines = fields.map((draft) => {
    const comment = draft.note === undefined ? "" : `${pad}// ${oneLine(draft.note)}\n`;
    const isLater = draft.target?.type === "written" && !written.has(draft.target.constant);
    if (!isLater) return `${comment}${pad}${draft.name}: ${fieldText(draft, indent + 2, draft.name.length + 2)},\n`;
    return `${comment}${pad}get ${draft.name}() {\n${pad}  return ${fieldText(draft, indent + 4, 7)};\n${pad}},\n`;
  });
  return `{\n${lines.join("")}${" ".repeat(indent)}}`;
}

/** A field as its maker is called; `before` is how many characters stand before it in its line. */
function fieldText(draft: FieldDraft, indent: number, before: number): string {
  const { column } = draft;
  const isShort = (line: string): boolean => indent + before + line.length + 1 <= maxColumns;
  if (column === undefined) return makerText(draft, indent, isShort);
  const name = JSON.stringify(column);
  const line = `field.inColumn(${name}, ${makerText(draft, 0, () => true)})`;
  if (isShort(line)) return line;
  const pad = " ".repeat(indent + 2);
  const inner = makerText(draft, indent + 2, (text) => indent + 2 + text.length + 1 <= maxColumns);
  return `field.inColumn(\n${pad}${name},\n${pad}${inner},\n${" ".repeat(indent)})`;
}

function makerText({ maker, target, options }: FieldDraft, indent: number, isShort: (line: string) => boolean): string {
  const to = target && (target.type === "word" ? JSON.stringify(target.word) : target.constant);
  const call = (told: string): string =>
    `field.${maker}(${[to, told].filter((one) => one !== undefined && one !== "").join(", ")})`;
  const hasOptions = Object.keys(options).length > 0;
  const line = call(hasOptions ? inOneLine(options) : "");
  return isShort(line) || !hasOptions ? line : call(opened("{}", propertiesOf(options, indent + 2), indent));
}

/** What a comment can hold: a name of a database may have more than one line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
