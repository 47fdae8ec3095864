import * as prompts from "@clack/prompts";

/** Asks for a new password twice at the terminal, unseen; undefined when the person leaves. */
export async function askNewPassword(message: string): Promise<string | undefined> {
  for (;;) {
    const password = await prompts.password({ message });
    if (prompts.isCancel(password)) return undefined;
    const again = await prompts.password({ message: `${message} (again)` });
    if (prompts.isCancel(again)) return undefined;
    if (password !== "" && password === again) return password;
    prompts.log.warn(password === "" ? "A password may not be empty." : "The passwords are not the same.");
  }
}
