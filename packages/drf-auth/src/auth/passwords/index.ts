export { maxPasswordBytes } from "./password-bytes.ts";
export {
  createPasswordHasher,
  type PasswordHasher,
  type PasswordHasherOptions,
  type PasswordVerdict,
} from "./password-hasher.ts";
export { isUsablePassword, unusablePassword } from "./unusable-password.ts";
