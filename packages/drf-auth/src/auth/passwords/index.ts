export { createPasswordHasher, type PasswordHasher, type PasswordHasherOptions, type PasswordVerdict } from "./password-hasher.ts";
