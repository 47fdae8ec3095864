import { ImproperlyConfigured } from "../errors.ts";
import type { ModelRegistry } from "../models/index.ts";
import type { Recorder } from "./recorder.ts";
import type { SchemaEditor } from "./schema-editor.ts";
import { type ProjectState, stateOfModels } from "./state.ts";
import { tableOf } from "./table.ts";

/** Django 5.2's and SimpleJWT 5.5.1's own migrations, in an order in which Django applies them. */
const names: Readonly<Record<string, readonly string[]>> = Object.freeze({
  contenttypes: ["0001_initial", "0002_remove_content_type_name"],
  auth: [
    "0001_initial",
    "0002_alter_permission_name_max_length",
    "0003_alter_user_email_max_length",
    "0004_alter_user_username_opts",
    "0005_alter_user_last_login_null",
    "0006_require_contenttypes_0002",
    "0007_alter_validators_add_error_messages",
    "0008_alter_user_username_max_length",
    "0009_alter_user_last_name_max_length",
    "0010_alter_group_name_max_length",
    "0011_update_proxy_permissions",
    "0012_alter_user_first_name_max_length",
  ],
  sessions: ["0001_initial"],
  token_blacklist: [
    "0001_initial",
    "0002_outstandingtoken_jti_hex",
    "0003_auto_20171017_2007",
    "0004_auto_20171017_2013",
    "0005_remove_outstandingtoken_jti",
    "0006_auto_20171017_2113",
    "0007_auto_20171017_2214",
    "0008_migrate_to_bigautofield",
    "0010_fix_migrate_to_bigautofield",
    "0011_linearizes_history",
    "0012_alter_outstandingtoken_user",
    "0013_alter_blacklistedtoken_options_and_more",
  ],
});

/** Tells whether a model's table belongs to one of Django's own applications. */
export function isDjangoApp(appLabel: string): boolean {
  return Object.hasOwn(names, appLabel);
}

/** The state that Django's own migrations lead to. */
export function djangoState(registry: ModelRegistry): ProjectState {
  return new Map([...stateOfModels(registry)].filter(([name]) => isDjangoApp(appOf(name))));
}

/** The applications of Django whose tables are not there yet. */
export async function pendingDjangoApps(recorder: Recorder): Promise<readonly string[]> {
  const applied = await recorder.applied();
  return Object.entries(names).flatMap(([app, migrations]) => {
    const missing = migrations.filter((name) => !applied.has(`${app}.${name}`));
    if (missing.length === 0) return [];
    if (missing.length === migrations.length) return [app];
    throw new ImproperlyConfigured(
      `Django's own tables of "${app}" are those of an older version: ${missing.join(", ")} ` +
        `${missing.length === 1 ? "is" : "are"} not applied. Run manage.py migrate with Django 5.2 first.`,
    );
  });
}

/** Makes the tables of one of Django's applications in their final state, and records all its migrations. */
export async function applyDjangoApp(
  app: string,
  { registry, editor, recorder }: { readonly registry: ModelRegistry; readonly editor: SchemaEditor; readonly recorder: Recorder },
): Promise<void> {
  const state = stateOfModels(registry);
  for (const meta of registry.metas) {
    const { name } = meta.model;
    if (meta.appLabel !== app) continue;
    const model = state.get(name);
    if (model) await editor.createTable(tableOf(model, state, registry.user.model.name));
  }
  for (const name of names[app] ?? []) await recorder.record([app, name]);
}

function appOf(name: string): string {
  return name.slice(0, name.indexOf("."));
}
