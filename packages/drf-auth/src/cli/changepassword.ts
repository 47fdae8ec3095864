import { ImproperlyConfigured, ValidationError } from "../errors.ts";
import { askNewPassword } from "./new-password.ts";
import { openFrom } from "./open.ts";
import { reasonOf } from "./reason.ts";
import type { Terminal } from "./terminal.ts";

export interface ChangePasswordOptions {
  readonly app?: string;
  /** Whether nobody is asked: the password comes from DRF_AUTH_PASSWORD. */
  readonly input: boolean;
}

/** `drf-auth changepassword <username>`: gives a user another password, which ends the user's sessions. */
export async function changePassword(
  terminal: Terminal,
  username: string,
  options: ChangePasswordOptions,
): Promise<number> {
  if (options.input && !terminal.isInteractive) {
    throw new ImproperlyConfigured(
      "changepassword asks for the password, and this is no terminal. Use --no-input with DRF_AUTH_PASSWORD.",
    );
  }
  if (!options.input && !terminal.environment["DRF_AUTH_PASSWORD"]) {
    throw new ImproperlyConfigured("changepassword --no-input needs DRF_AUTH_PASSWORD.");
  }
  const { auth, database, passwords } = await openFrom(terminal, options.app);
  try {
    const found = await auth.users.findWithPassword(username);
    if (!found) {
      terminal.complain(`There is no user "${username}" in ${database.location}.`);
      return 1;
    }
    const password = options.input
      ? await askNewPassword(`New password of ${username}`)
      : terminal.environment["DRF_AUTH_PASSWORD"];
    if (password === undefined) return 130;
    await auth.users.update(found.user.id, { password: await passwords.hash(password) });
    terminal.say(`The password of "${username}" was changed in ${database.location}.`);
    return 0;
  } catch (error) {
    const reason =
      error instanceof ValidationError
        ? `password: ${Object.values(error.detail).join(" ")}`
        : reasonOf(error, database.location);
    if (reason === undefined) throw error;
    terminal.complain(reason);
    return 1;
  } finally {
    await database.close();
  }
}
