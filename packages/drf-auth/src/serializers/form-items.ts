import { Form, type FormValue } from "../http/index.ts";
import type { SerializerField } from "./field.ts";

const maxItems = 1000;

/**
 * The items of a list in a form, as DRF's parse_html_list: `name=1&name=2`, or `name[0]=1`, or `name[0].key=1` for lists
 * of objects; undefined where there are none.
 */
export function formItems(form: Form, name: string, child: SerializerField): readonly unknown[] | undefined {
  const plain = form.getAll(name);
  if (plain.length > 0) return plain;
  const items = new Map<number, FormValue | Form>();
  const prefix = `${name}[`;
  for (const one of form.names()) {
    const match = one.startsWith(prefix) ? /^(\d{1,9})\](?:\.?(.+))?$/.exec(one.slice(prefix.length)) : null;
    if (!match || items.size > maxItems) continue;
    const [, index, rest] = match;
    const at = Number(index);
    if (rest === undefined) items.set(at, form.get(one) ?? "");
    else {
      const inner = items.get(at);
      const nested = inner instanceof Form ? inner : new Form();
      for (const value of form.getAll(one)) nested.append(rest, value);
      items.set(at, nested);
    }
  }
  if (items.size === 0) return undefined;
  const values = [...items].toSorted(([a], [b]) => a - b).map(([, value]) => value);
  return child.fromForm && !child.bounds?.fields ? values.map(String) : values;
}

/** The part of a form whose names begin with `name.`, without that; undefined where there is none. */
export function formPart(form: Form, name: string): Form | undefined {
  const part = new Form();
  const prefix = `${name}.`;
  for (const one of form.names()) {
    if (one.startsWith(prefix)) for (const value of form.getAll(one)) part.append(one.slice(prefix.length), value);
  }
  return part.names().length === 0 ? undefined : part;
}
