import type { Database } from "../../database/index.ts";
import type { Request } from "../../http/index.ts";
import type { FieldMeta, Model, ModelMeta, QuerySet } from "../../models/index.ts";
import type { Permission, PermissionView } from "../../policies/index.ts";
import type { BoundModelSerializer, ValidationContext } from "../../serializers/index.ts";
import type { Storage } from "../../storage/index.ts";
import type { Pagination } from "../pagination/pagination.ts";
import type { Context } from "../view.ts";
import type { ObjectContext, Saving } from "../view-set-context.ts";

/** What an action of a model works on. */
export interface ActionServices {
  readonly database: Database;
  readonly serializer: BoundModelSerializer;
  readonly meta: ModelMeta;
  /** The field by which the address names a row. */
  readonly lookupField: FieldMeta;
  /** What that part of the address must match. */
  readonly lookupPattern: RegExp | undefined;
  /** Raises unless a change of a row names it as it is now, where it must. */
  readonly checkMatch: (request: Request, key: unknown) => Promise<void>;
  /** Every row of the model. */
  readonly all: QuerySet<Model>;
  /** One row of all by its key, as the serializer selects it. */
  readonly byKey: ReturnType<QuerySet["lookup"]>;
  /** The rows that exist for this user. */
  readonly rows: (context: Context) => QuerySet<Model>;
  /** Narrows and orders a list as its query asks; undefined where it may not ask. */
  readonly narrow:
    | ((rows: QuerySet<Model>, request: Request) => QuerySet<Model> | Promise<QuerySet<Model>>)
    | undefined;
  readonly context: (request: Request) => Context;
  readonly objects: ValidationContext["objects"];
  readonly objectsOfModel: Context["objects"];
  /** What a request about one object must be allowed by. */
  readonly permissionsOf: (request: Request) => readonly Permission[];
  readonly hasAuthenticators: boolean;
  readonly permissionView: PermissionView;
  readonly pagination: Pagination | undefined;
  readonly storage: Storage;
  readonly performCreate: (saving: Saving<Model>, context: Context) => unknown;
  readonly performUpdate: (saving: Saving<Model>, context: ObjectContext<Model>) => unknown;
  readonly performDestroy: (destroy: () => Promise<void>, context: ObjectContext<Model>) => unknown;
}
