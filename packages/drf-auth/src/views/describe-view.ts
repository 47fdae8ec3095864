import type { FieldDescription, ViewDescription } from "../descriptions/index.ts";
import { APIException } from "../errors.ts";
import type { Request } from "../http/index.ts";
import { checkPermissions } from "../policies/index.ts";
import type { BoundMethod, BoundView } from "./bound-view.ts";

/** Answers OPTIONS as DRF's SimpleMetadata: what the view is, and the fields of what this user may send. */
export async function describeView(view: BoundView, request: Request): Promise<Record<string, unknown>> {
  const { name, description, renders, parses, actions } = await viewDescription(view, request);
  const described = Object.entries(actions).map(([method, fields]) => [method, metadataByName(fields)]);
  return {
    name,
    description,
    renders,
    parses,
    ...(described.length > 0 && { actions: Object.fromEntries(described) }),
  };
}

/** Describes a view as plain data, for this user. */
export async function viewDescription(view: BoundView, request: Request): Promise<ViewDescription> {
  const actions: Record<string, readonly FieldDescription[]> = {};
  for (const name of ["PUT", "POST"]) {
    const method = view.methods.get(name);
    if (method?.fields && (await mayCall(view, method, request.withMethod(name)))) actions[name] = method.fields;
  }
  return {
    name: view.name,
    description: view.description,
    renders: view.services.renderers.map((renderer) => renderer.mediaType),
    parses: view.services.parsers.map((parser) => parser.mediaType),
    actions,
  };
}

/** Tells whether this user may call a method on this address. */
export async function mayCall(view: BoundView, method: BoundMethod, request: Request): Promise<boolean> {
  try {
    await checkPermissions(request, view.permissionsOf(request), view.authenticators.length > 0, view.permissionView);
    await method.checkObject?.(request);
    return true;
  } catch (error) {
    if (error instanceof APIException) return false;
    throw error;
  }
}

function metadataOf(field: FieldDescription): Record<string, unknown> {
  return {
    type: field.type,
    required: field.isRequired,
    read_only: field.isReadOnly,
    label: field.label,
    ...(field.helpText !== undefined && { help_text: field.helpText }),
    ...(field.minLength !== undefined && { min_length: field.minLength }),
    ...(field.maxLength !== undefined && { max_length: field.maxLength }),
    ...(field.minValue !== undefined && { min_value: field.minValue }),
    ...(field.maxValue !== undefined && { max_value: field.maxValue }),
    ...(field.maxDigits !== undefined && { max_digits: field.maxDigits }),
    ...(field.decimalPlaces !== undefined && { decimal_places: field.decimalPlaces }),
    ...(field.child && { child: metadataOf(field.child) }),
    ...(field.fields && { children: metadataByName(field.fields) }),
    ...(field.choices && {
      choices: field.choices.map(({ value, displayName }) => ({ value, display_name: displayName })),
    }),
  };
}

function metadataByName(fields: readonly FieldDescription[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [field.name, metadataOf(field)]));
}
