import { Calculation, fieldsOfCondition, groupsOf, type RowCondition } from "../../models/index.ts";
import type { ConstraintState, IndexState } from "../operations.ts";

/** An index or a constraint that a model declares beside its fields. */
export type ModelRule = ConstraintState | IndexState;

/** The fields that a rule names; what is said in SQL names none. */
export function fieldsOfRule(rule: ModelRule): readonly string[] {
  const listed = "fields" in rule ? rule.fields : "unique" in rule ? rule.unique : [];
  return [...listed.map((name) => name.replace(/^-/, "")), ...fieldsOfCondition(conditionOf(rule))];
}

/** The rules that stay when a field goes. */
export function withoutField<Rule extends ModelRule>(rules: readonly Rule[], field: string): readonly Rule[] {
  return rules.filter((rule) => !fieldsOfRule(rule).includes(field));
}

/** A rule as it is when a field has another name. */
export function withRenamedField<Rule extends ModelRule>(rule: Rule, from: string, to: string): Rule {
  const renamed = (name: string): string => (name === from ? to : name === `-${from}` ? `-${to}` : name);
  const condition = (given: RowCondition): RowCondition => renamedCondition(given, renamed);
  return {
    ...rule,
    ...("fields" in rule && { fields: rule.fields.map(renamed) }),
    ...("unique" in rule && { unique: rule.unique.map(renamed) }),
    ...("check" in rule && { check: condition(rule.check) }),
    ...("exclude" in rule && { exclude: condition(rule.exclude) }),
    ...("where" in rule && rule.where !== undefined && { where: condition(rule.where) }),
  };
}

/** What a rule asks of rows, or of which rows it is. */
export function conditionOf(rule: ModelRule): RowCondition | undefined {
  if ("check" in rule) return rule.check;
  return "exclude" in rule ? rule.exclude : rule.where;
}

function renamedCondition(condition: RowCondition, renamed: (name: string) => string): RowCondition {
  if (typeof condition === "string") return condition;
  const groups = groupsOf(condition).map((lookups) =>
    Object.fromEntries(
      Object.entries(lookups).map(([name, value]) => {
        const [field = "", ...rest] = name.split("__");
        const given = value instanceof Calculation ? new Calculation(renamedTerm(value.term, renamed)) : value;
        return [[renamed(field), ...rest].join("__"), given];
      }),
    ),
  );
  return Array.isArray(condition) ? groups : (groups[0] ?? {});
}

function renamedTerm(term: Calculation["term"], renamed: (name: string) => string): Calculation["term"] {
  if ("path" in term) return { path: renamed(term.path) };
  if ("value" in term) return term;
  return { ...term, left: renamedTerm(term.left, renamed), right: renamedTerm(term.right, renamed) };
}
