import * as prompts from "@clack/prompts";
import type { Project } from "../application/index.ts";
import { UniqueViolation } from "../database/index.ts";
import { ImproperlyConfigured, ValidationError } from "../errors.ts";
import { fieldOf } from "../models/index.ts";
import { fieldOfModel, serializer } from "../serializers/index.ts";
import { askNewPassword } from "./new-password.ts";
import { openFrom } from "./open.ts";
import { reasonOf } from "./reason.ts";
import type { Terminal } from "./terminal.ts";

export interface CreateSuperuserOptions {
  readonly app?: string;
  /** Whether nobody is asked: everything comes from DRF_AUTH_SUPERUSER_…. */
  readonly input: boolean;
}

/** `drf-auth createsuperuser`: makes a user who may do everything. */
export async function createSuperuser(terminal: Terminal, options: CreateSuperuserOptions): Promise<number> {
  if (options.input && !terminal.isInteractive) {
    throw new ImproperlyConfigured(
      "createsuperuser asks questions, and this is no terminal. Use --no-input with DRF_AUTH_SUPERUSER_USERNAME, " +
        "DRF_AUTH_SUPERUSER_EMAIL and DRF_AUTH_SUPERUSER_PASSWORD.",
    );
  }
  const project = await openFrom(terminal, options.app);
  try {
    const given = options.input ? await asked(project) : fromEnvironment(terminal, project);
    if (!given) return 130;
    const { password, ...values } = given;
    const { users } = project.auth;
    const rights = ["is_staff", "is_superuser"].filter((right) => users.has(right));
    await users.create({
      ...(await valid(project, values)),
      password: await project.passwords.hash(password ?? ""),
      ...Object.fromEntries(rights.map((right) => [right, true])),
    });
    const name = values[users.usernameField];
    terminal.say(
      rights.length > 0
        ? `Superuser "${name}" was made in ${project.database.location}.`
        : `User "${name}" was made in ${project.database.location}: the user model has neither is_superuser nor is_staff.`,
    );
    return 0;
  } catch (error) {
    const reason = wrongWith(error, project);
    if (reason === undefined) throw error;
    terminal.complain(reason);
    return 1;
  } finally {
    await project.database.close();
  }
}

type Given = Readonly<Record<string, string>>;

function fieldNames({ application }: Project): readonly string[] {
  const { usernameField, requiredFields } = application.settings.user;
  return [usernameField, ...requiredFields];
}

function variableOf(name: string): string {
  return `DRF_AUTH_SUPERUSER_${name.toUpperCase()}`;
}

function fromEnvironment({ environment }: Terminal, project: Project): Given {
  const { usernameField } = project.application.settings.user;
  const names = [...fieldNames(project), "password"];
  const missing = [usernameField, "password"].filter((name) => !environment[variableOf(name)]);
  if (missing.length > 0) {
    throw new ImproperlyConfigured(`createsuperuser --no-input needs ${missing.map(variableOf).join(" and ")}.`);
  }
  return Object.fromEntries(names.map((name) => [name, environment[variableOf(name)] ?? ""]));
}

/** Asks at the terminal; undefined when the person leaves. */
async function asked(project: Project): Promise<Given | undefined> {
  const given: Record<string, string> = {};
  for (const name of fieldNames(project)) {
    const { verboseName } = fieldOf(project.registry.user, name, "The user model");
    const answer = await prompts.text({ message: `${verboseName.charAt(0).toUpperCase()}${verboseName.slice(1)}` });
    if (prompts.isCancel(answer)) return undefined;
    given[name] = answer ?? "";
  }
  const password = await askNewPassword("Password");
  return password === undefined ? undefined : { ...given, password };
}

async function valid(project: Project, values: Given): Promise<Readonly<Record<string, unknown>>> {
  const { user } = project.registry;
  const fields = Object.keys(values).map((name) => [name, fieldOfModel(fieldOf(user, name, "The user model"), [])]);
  const context = { isPartial: false, instanceKey: undefined, objects: () => undefined as never };
  return serializer(Object.fromEntries(fields)).bound.validate(values, context);
}

/** What the person at the terminal can do something about, of what was given too. */
function wrongWith(error: unknown, project: Project): string | undefined {
  if (error instanceof UniqueViolation) return `A user with this ${error.columns.join(", ")} already exists.`;
  if (error instanceof ValidationError) {
    return Object.entries(error.detail)
      .map(([name, messages]) => `${/^\d+$/.test(name) ? "password" : name}: ${String(messages)}`)
      .join("\n");
  }
  return reasonOf(error, project.database.location);
}
