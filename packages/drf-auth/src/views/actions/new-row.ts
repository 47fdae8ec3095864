import { isUploadedFile, type Request } from "../../http/index.ts";
import type { Model } from "../../models/index.ts";
import type { Saving } from "../view-set-context.ts";
import type { ActionServices } from "./action-services.ts";
import { type AnyRow, storeNew } from "./saving.ts";

/** Valid data on its way into a new row: it is stored when somebody waits for `save`. */
export class NewRow implements Saving<Model> {
  readonly validatedData: AnyRow;
  readonly #services: ActionServices;
  readonly #request: Request;
  #left: { readonly saved: Waited<number | string>; readonly values: AnyRow } | undefined;
  #key: number | string | undefined;

  constructor(services: ActionServices, request: Request, validatedData: AnyRow) {
    this.#services = services;
    this.#request = request;
    this.validatedData = validatedData;
  }

  save(added: AnyRow = {}): Promise<number> {
    const values = { ...this.validatedData, ...added };
    const saved = new Waited(async () => {
      this.#left = undefined;
      this.#key = await storeNew(this.#services, this.#request, values);
      return this.#key;
    });
    this.#left = { saved, values };
    return saved as Promise<unknown> as Promise<number>;
  }

  /**
   * The values of a row that a hook left to be stored as its last word, `(serializer) => serializer.save()`, where
   * nothing was asked of the database before: one statement does it then, without a transaction around it.
   */
  leftAlone(outcome: unknown): AnyRow | undefined {
    const { database, meta, serializer } = this.#services;
    if (!this.#left || outcome !== this.#left.saved || database.transactionState === "begun") return undefined;
    const { values } = this.#left;
    const isMore =
      serializer.hooks.create !== undefined ||
      serializer.isCompleted ||
      meta.manyToMany.some(({ name }) => Object.hasOwn(values, name)) ||
      Object.values(values).some(isUploadedFile);
    return isMore ? undefined : values;
  }

  /** The key of the row that was stored. */
  get key(): number | string {
    if (this.#key !== undefined) return this.#key;
    throw new Error("performCreate did not save: it must call and await serializer.save().");
  }
}

/** Work that begins when somebody waits for it, and once. */
class Waited<Result> implements Promise<Result> {
  readonly [Symbol.toStringTag] = "Promise";
  readonly #work: () => Promise<Result>;
  #begun: Promise<Result> | undefined;

  constructor(work: () => Promise<Result>) {
    this.#work = work;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise
  then<One = Result, Other = never>(
    onFulfilled?: ((value: Result) => One | PromiseLike<One>) | null,
    onRejected?: ((reason: unknown) => Other | PromiseLike<Other>) | null,
  ): Promise<One | Other> {
    return this.#started().then(onFulfilled, onRejected);
  }

  catch<Other = never>(onRejected?: ((reason: unknown) => Other | PromiseLike<Other>) | null): Promise<Other | Result> {
    return this.#started().catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Result> {
    return this.#started().finally(onFinally);
  }

  #started(): Promise<Result> {
    this.#begun ??= this.#work();
    return this.#begun;
  }
}
