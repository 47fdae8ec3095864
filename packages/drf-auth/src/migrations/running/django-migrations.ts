import { ImproperlyConfigured } from "../../errors.ts";
import { AuthToken, djangoModels, type ModelRegistry, User } from "../../models/index.ts";
import { appOf, type ModelState } from "../operations.ts";
import { type ProjectState, stateOfModels } from "../states/state.ts";

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
  authtoken: ["0001_initial", "0002_auto_20160226_1747", "0003_tokenproxy", "0004_alter_tokenproxy_options"],
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

/** The names under which Django's own table records an application. */
export function djangoMigrationsOf(appLabel: string): readonly string[] {
  return names[appLabel] ?? [];
}

/**
 * The state that Django's own migrations lead to.
 *
 * @throws {ImproperlyConfigured} when a model of the project has the label of one of Django's own applications.
 */
export function djangoState(registry: ModelRegistry): ProjectState {
  const known = new Set([...djangoModels(User), AuthToken].map(({ name }) => name));
  const own = [...stateOfModels(registry)].filter(([, model]) => isDjangoApp(appOf(model)));
  for (const [name, model] of own) {
    if (known.has(name)) continue;
    throw new ImproperlyConfigured(
      `The model ${name} is in "${appOf(model)}", an application of Django's own. Give it a label of your project's.`,
    );
  }
  return new Map(own);
}

/** The models of one of Django's own applications. */
export function modelsOfDjangoApp(appLabel: string, state: ProjectState): readonly ModelState[] {
  return [...state.values()].filter((model) => appOf(model) === appLabel);
}

/**
 * The applications of Django whose tables are not there yet.
 *
 * @throws {ImproperlyConfigured} when some of an application's migrations are applied and some are not.
 */
export function pendingDjangoApps(state: ProjectState, applied: ReadonlySet<string>): readonly string[] {
  return Object.entries(names).flatMap(([app, migrations]) => {
    // Not every project has every application of Django: authtoken is there for those who ask for it.
    if (modelsOfDjangoApp(app, state).length === 0) return [];
    const missing = migrations.filter((name) => !applied.has(`${app}.${name}`));
    if (missing.length === 0) return [];
    if (missing.length === migrations.length) return [app];
    throw new ImproperlyConfigured(
      `Django's own tables of "${app}" are those of an older version: ${missing.join(", ")} ` +
        `${missing.length === 1 ? "is" : "are"} not applied. Run manage.py migrate with Django 5.2 ` +
        "and djangorestframework-simplejwt 5.5 first.",
    );
  });
}
