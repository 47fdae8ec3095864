import type { AnonymousUser, Request, UploadedFile, User } from "../http/index.ts";
import type { Model, QuerySet } from "../models/index.ts";

/** What a hook that stores a row is given. */
export interface SavingContext {
  readonly request: Request;
  readonly user: AnonymousUser | User;
  /** The rows of a model: `objects(Track)`. */
  readonly objects: <M extends Model>(model: M) => QuerySet<M>;
  /** Stores a file that was sent, in a folder such as `covers/%Y`, and gives its name: what the row keeps. */
  readonly storeFile: (file: UploadedFile, uploadTo?: string) => Promise<string>;
}

/** Store what is valid, nested objects included, in the request's transaction. */
export interface ModelSerializerHooks<Input = never> {
  /** Makes a row and gives its key, as DRF's `create`. Default: the model's row, and what it has many to many. */
  readonly create?: (validatedData: Input, context: SavingContext) => Promise<number | string>;
  /** Changes a row, as DRF's `update`. Default: the same. */
  readonly update?: (object: never, validatedData: Partial<Input>, context: SavingContext) => Promise<unknown>;
}
