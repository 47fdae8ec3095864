import type { Request } from "../http/index.ts";
import type { Permission, PermissionView } from "./permission.ts";

type Flag<P> = P extends { readonly isForUsersOnly: true } ? true : false;
type Objects<P extends readonly Permission<never>[]> = P[number] extends Permission<infer Object> ? Object : never;

/** A permission behind which there is a user where types can tell it of its parts. */
type Composed<P extends readonly Permission<never>[], IsForUsersOnly> = Permission<Objects<P>> &
  (IsForUsersOnly extends true ? { readonly isForUsersOnly: true } : unknown);

type AnyFlag<P extends readonly Permission<never>[]> = true extends Flag<P[number]> ? true : false;
type EveryFlag<P extends readonly Permission<never>[]> = false extends Flag<P[number]> ? false : true;

/** Allows what every one of them allows, as DRF's `A & B`; the refusal has DRF's words. */
export function and<const P extends readonly Permission<never>[]>(...parts: P): Composed<P, AnyFlag<P>> {
  const all = parts as unknown as readonly Permission[];
  return composed("and", all, all.some(isForUsersOnly), {
    hasPermission: (request, view) => every(all, (one) => asked(one, request, view)),
    ...(all.some(isAboutObjects) && {
      hasObjectPermission: (request: Request, object: unknown, view: PermissionView) =>
        every(all, (one) => askedOfObject(one, request, object, view)),
    }),
  }) as Composed<P, AnyFlag<P>>;
}

/**
 * Allows what at least one of them allows, as DRF's `A | B`. About an object it is the same one that must allow both the
 * request and the object.
 */
export function or<const P extends readonly Permission<never>[]>(...parts: P): Composed<P, EveryFlag<P>> {
  const all = parts as unknown as readonly Permission[];
  return composed("or", all, all.every(isForUsersOnly), {
    hasPermission: (request, view) => some(all, (one) => asked(one, request, view)),
    ...(all.some(isAboutObjects) && {
      hasObjectPermission: (request: Request, object: unknown, view: PermissionView) =>
        some(all, async (one) => (await asked(one, request, view)) && askedOfObject(one, request, object, view)),
    }),
  }) as Composed<P, EveryFlag<P>>;
}

/** Allows what it does not allow, as DRF's `~A`; where it says nothing about objects, neither does this. */
export function not<Object>(part: Permission<Object>): Permission<Object> {
  const { hasPermission, hasObjectPermission } = part;
  return Object.freeze({
    name: `not(${part.name})`,
    ...(hasPermission && {
      hasPermission: async (request: Request, view: PermissionView) => !(await hasPermission(request, view)),
    }),
    ...(hasObjectPermission && {
      hasObjectPermission: async (request: Request, object: Object, view: PermissionView) =>
        !(await hasObjectPermission(request, object, view)),
    }),
  });
}

function composed(
  word: string,
  parts: readonly Permission[],
  isForUsers: boolean,
  checks: Pick<Permission, "hasObjectPermission" | "hasPermission">,
): Permission {
  const names = parts.map(({ name }) => name).join(", ");
  return Object.freeze({ name: `${word}(${names})`, ...(isForUsers && { isForUsersOnly: true }), ...checks });
}

const isForUsersOnly = (one: Permission): boolean => one.isForUsersOnly === true;
const isAboutObjects = (one: Permission): boolean => one.hasObjectPermission !== undefined;

function asked(one: Permission, request: Request, view: PermissionView): boolean | Promise<boolean> {
  return one.hasPermission ? one.hasPermission(request, view) : true;
}

function askedOfObject(
  one: Permission,
  request: Request,
  object: unknown,
  view: PermissionView,
): boolean | Promise<boolean> {
  return one.hasObjectPermission ? one.hasObjectPermission(request, object, view) : true;
}

async function every(
  parts: readonly Permission[],
  ask: (one: Permission) => boolean | Promise<boolean>,
): Promise<boolean> {
  for (const one of parts) if (!(await ask(one))) return false;
  return true;
}

async function some(
  parts: readonly Permission[],
  ask: (one: Permission) => boolean | Promise<boolean>,
): Promise<boolean> {
  for (const one of parts) if (await ask(one)) return true;
  return false;
}
