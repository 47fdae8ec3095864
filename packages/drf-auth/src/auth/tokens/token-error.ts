import { AuthenticationFailed, type ErrorDetail } from "../../errors.ts";

/** Why a token is refused, in SimpleJWT's words. */
export type TokenFault =
  | "Token is blacklisted"
  | "Token is expired"
  | "Token is invalid"
  | "Token 'refresh_exp' claim has expired"
  | "Token has no 'exp' claim"
  | "Token has no 'refresh_exp' claim"
  | "Token has no id"
  | "Token has no type"
  | "Token has wrong type";

/** A token is refused; endpoints that take tokens answer it as it is. */
export class InvalidToken extends AuthenticationFailed {
  override readonly code = "token_not_valid";
  readonly fault: TokenFault;

  constructor(fault: TokenFault, options?: ErrorOptions) {
    super({ detail: fault, code: "token_not_valid" } satisfies ErrorDetail, options);
    this.fault = fault;
  }
}
