import type { RowValues } from "../../database/index.ts";
import { NotFound } from "../../errors.ts";
import { parseWholeNumber, type Request } from "../../http/index.ts";
import { type FieldMeta, kindOf, type Model, type Row, rowDecoder, type Selection } from "../../models/index.ts";
import { checkObjectPermissions } from "../../policies/index.ts";
import type { ActionServices } from "./action-services.ts";

/** Raises unless the row that the address names exists and this user may do with it what the method says. */
export function checkObject(services: ActionServices): (request: Request) => Promise<void> {
  const find = finder(services);
  return async (request) => void (await find(request));
}

/** The row that an address names. */
export interface Found {
  readonly key: unknown;
  /** The row's values as the serializer selects them. */
  readonly values: RowValues;
  /** The whole row, as hooks and permissions see it. */
  readonly object: () => Row<Model>;
}

/** Finds the row that the address names among those that exist for this user, and asks the permissions about it. */
export function finder(services: ActionServices): (request: Request) => Promise<Found> {
  const { serializer, meta, lookupField, lookupPattern, permissionsOf, hasAuthenticators, permissionView } = services;
  const decoder = rowDecoder(meta);
  const width = serializer.selection.paths.length;
  const selection: Selection = {
    key: `${serializer.selection.key}+row`,
    paths: [...serializer.selection.paths, ...decoder.selection.paths],
  };
  const keyIndex = width + meta.fields.indexOf(meta.primaryKey);
  return async (request) => {
    const text = request.params["pk"] ?? "";
    if (lookupPattern && !lookupPattern.test(text)) throw new NotFound();
    const key = keyOf(lookupField, text);
    const rows = services.rows(services.context(request));
    const found = isStorable(key) ? rows.filter({ [lookupField.name]: key } as never).select(selection) : [];
    const [values] = found instanceof Promise ? await found : found;
    if (!values) throw new NotFound(`No ${meta.objectName} matches the given query.`);
    const object = () => decoder.decode(values.slice(width)) as Row<Model>;
    const asked = permissionsOf(request).filter((permission) => permission.hasObjectPermission);
    if (asked.length > 0) {
      await checkObjectPermissions(request, asked, object(), hasAuthenticators, permissionView);
    }
    return { key: values[keyIndex], values, object };
  };
}

/** The key in an address; text that can be none is not found, in DRF's other words for it. */
function keyOf(field: FieldMeta, text: string): number | string {
  if (kindOf(field).isText) return text;
  if (field.kind === "uuid") {
    if (/^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text)) return text;
    throw new NotFound();
  }
  const key = parseWholeNumber(text);
  if (key === undefined) throw new NotFound();
  return key;
}

/** A number beyond what a column holds is no row's key. */
function isStorable(key: number | string): boolean {
  return typeof key === "string" || Number.isSafeInteger(key);
}
