import { ImproperlyConfigured } from "../errors.ts";
import type { AnonymousUser, Request, User } from "../http/index.ts";
import { type SerializerLike, serializerOf } from "../serializers/index.ts";
import { type BoundMethod, type BoundView, bindView } from "./bound-view.ts";
import type { Objects, PolicyOptions, ViewServices } from "./view-services.ts";

/** What the function behind a method is given. */
export interface Context {
  readonly request: Request;
  readonly user: User | AnonymousUser;
  /** The rows of a model: `objects(Word).filter({ … })`. */
  readonly objects: Objects;
}

/** The same, with the request's data once it is valid. */
export interface DataContext<Input> extends Context {
  readonly validatedData: Input;
}

/** Answers a method: gives data, or a Response where the status is not 200. */
export type HandlerFunction = (context: Context) => unknown;

/** A function with the serializer of what it takes; made by `handler`. */
export interface DataHandler {
  readonly serializer: SerializerLike<unknown>;
  readonly handle: (context: DataContext<never>) => unknown;
  /** Whether OPTIONS describes what it takes. */
  readonly isDescribed: boolean;
}

export type Handler = HandlerFunction | DataHandler;

/** Declares that a method takes data: it is validated first, and what is wrong is answered 400. */
export function handler<Input>(
  serializer: SerializerLike<Input>,
  handle: (context: DataContext<Input>) => unknown,
  { isDescribed = false }: { readonly isDescribed?: boolean } = {},
): DataHandler {
  return { serializer, handle: handle as DataHandler["handle"], isDescribed };
}

type MethodName = "delete" | "get" | "patch" | "post" | "put";

export interface ViewOptions extends PolicyOptions, Readonly<Partial<Record<MethodName, Handler>>> {
  /** What pages and OPTIONS call it. */
  readonly name: string;
  readonly description?: string;
  /** What WWW-Authenticate asks for. Default: what the first authenticator asks for. */
  readonly challenge?: string;
}

/** Something that answers at an address, once it is bound to an application. */
export interface View {
  bind(services: ViewServices): BoundView;
}

const methodNames = ["get", "post", "put", "patch", "delete"] as const satisfies readonly MethodName[];

/** Declares a view by a function a method, as DRF's APIView; HEAD is answered as GET is. */
export function view(options: ViewOptions): View {
  const handlers = methodNames.flatMap((name) => (options[name] ? [[name.toUpperCase(), options[name]] as const] : []));
  if (handlers.length === 0) {
    throw new ImproperlyConfigured(
      `view("${options.name}") answers no method. Give it get, post, put, patch or delete.`,
    );
  }
  return {
    bind: (services) => {
      const methods = boundHandlers(handlers, services);
      const get = methods.get("GET");
      if (get) methods.set("HEAD", get);
      return bindView(services, { description: "", ...options, methods });
    },
  };
}

/** Declares a view by one function for the methods that it names, as DRF's `@api_view(["GET"])`: HEAD only if named. */
export function apiView(methods: readonly string[], handle: Handler, options: Omit<ViewOptions, MethodName>): View {
  if (methods.length === 0) {
    throw new ImproperlyConfigured(`apiView("${options.name}") answers no method. Name one, such as "GET".`);
  }
  const handlers = methods.map((method) => [method.toUpperCase(), handle] as const);
  return {
    bind: (services) => bindView(services, { description: "", ...options, methods: boundHandlers(handlers, services) }),
  };
}

function boundHandlers(
  handlers: readonly (readonly [method: string, handler: Handler])[],
  services: ViewServices,
): Map<string, BoundMethod> {
  return new Map(handlers.map(([method, one]) => [method, boundHandler(one, services)]));
}

function boundHandler(one: Handler, services: ViewServices): BoundMethod {
  const { objects } = services;
  if (typeof one === "function") return { run: (request) => one({ request, user: request.user, objects }) };
  const { bound } = serializerOf(one.serializer);
  const validation = { isPartial: false, instanceKey: undefined, objects: services.objectsOf };
  return {
    ...(one.isDescribed && { fields: bound.describe() }),
    run: async (request) => {
      const validatedData = (await bound.validate(await request.data(), {
        ...validation,
        request,
        user: request.user,
      })) as never;
      return one.handle({ request, user: request.user, objects, validatedData });
    },
  };
}
