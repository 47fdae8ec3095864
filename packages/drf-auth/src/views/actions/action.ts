import type { AnonymousUser, Request, User } from "../../http/index.ts";
import type { Model, QuerySet, Row, Values } from "../../models/index.ts";
import type { Permission } from "../../policies/index.ts";
import type { SerializerLike } from "../../serializers/index.ts";
import type { Context } from "../view.ts";

/** Who calls, as far as permissions tell: a user where one of them lets nobody else through. */
type UserBy<P extends readonly Permission<never>[]> =
  Extract<P[number], { readonly isForUsersOnly: true }> extends never ? User | AnonymousUser : User;

export interface ActionOptions<Detail extends boolean, P extends readonly Permission<never>[], Input> {
  /** Whether it is about one object (`words/1/swap/`) or about the list (`words/mine/`). */
  readonly detail: Detail;
  /** Default: GET, and HEAD with it. */
  readonly methods?: readonly ("DELETE" | "GET" | "PATCH" | "POST" | "PUT")[];
  /** Stand instead of the view set's, looser ones too. Default: the view set's. */
  readonly permissions?: P;
  /** What it takes: valid data arrives as `validatedData`. Default: nothing is read. */
  readonly input?: SerializerLike<Input>;
  /** What pages and OPTIONS call it. Default: its name. */
  readonly name?: string;
  readonly description?: string;
  /** How the address calls it. Default: its name. */
  readonly path?: string;
}

interface ActionContext<M extends Model, P extends readonly Permission<never>[], Input> extends Context {
  readonly user: UserBy<P>;
  readonly request: Request;
  /** The rows that exist for this user. */
  readonly query: QuerySet<M>;
  readonly validatedData: Input;
}

/** What an action of the list is given. */
export interface ListActionContext<
  M extends Model,
  P extends readonly Permission<never>[],
  Input,
> extends ActionContext<M, P, Input> {
  /** The rows as the serializer represents them, all of them. */
  readonly represent: (rows: QuerySet<M>) => unknown;
  /** The rows as the list gives them: a page at a time. */
  readonly paginate: (rows: QuerySet<M>) => unknown;
}

/** What an action of one object is given. */
export interface DetailActionContext<
  M extends Model,
  P extends readonly Permission<never>[],
  Input,
> extends ActionContext<M, P, Input> {
  readonly object: Row<M>;
  /** Changes the object and represents it as it is then. */
  readonly save: (values: Values<M>) => Promise<unknown>;
  /** The object as the serializer represents it. */
  readonly represent: () => Promise<unknown>;
}

type ContextOf<
  Detail extends boolean,
  M extends Model,
  P extends readonly Permission<never>[],
  Input,
> = Detail extends true ? DetailActionContext<M, P, Input> : ListActionContext<M, P, Input>;

/** A further action of a view set; made by `action`. */
export interface Action<M extends Model = Model> {
  readonly options: ActionOptions<boolean, readonly Permission<never>[], unknown>;
  /** Called with a context of the model's own rows. */
  readonly handle: (context: never) => unknown;
  /** Of types alone: whose action it is. */
  readonly forModel?: (model: M) => void;
}

/**
 * Declares a further action of a view set, as DRF's `@action`.
 *
 * One that is about an object and changes something runs in one transaction with finding the object.
 */
export function action<
  M extends Model,
  const Detail extends boolean,
  const P extends readonly Permission<never>[] = readonly [],
  Input = undefined,
>(options: ActionOptions<Detail, P, Input>, handle: (context: ContextOf<Detail, M, P, Input>) => unknown): Action<M> {
  return { options: options as Action["options"], handle };
}
