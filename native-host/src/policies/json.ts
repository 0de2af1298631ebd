import { isDeepStrictEqual } from 'node:util';

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** The names of the members that lead from an object to a value inside it. */
export type JsonPath = readonly string[];

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** Whether two values say the same; the order of members means nothing. */
export const isSame = (a: Json | undefined, b: Json | undefined): boolean => isDeepStrictEqual(a, b);

/** The value at a path; undefined where there is none. */
export function valueAt(root: JsonObject, path: JsonPath): Json | undefined {
  let value: Json = root;
  for (const name of path) {
    const inner: Json | undefined = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    if (inner === undefined) return undefined;
    value = inner;
  }
  return value;
}

/**
 * The same object with another value at a path, or, for undefined, without that member. All but the last name of the path must lead to
 * objects. Members keep their order; a new one comes last. Any name is taken as it is, `__proto__` too.
 */
export function withValueAt(root: JsonObject, [name, ...rest]: JsonPath, value: Json | undefined): JsonObject {
  if (name === undefined) throw new RangeError('The path is empty.');
  const before = Object.hasOwn(root, name) ? root[name] : undefined;
  const next = rest.length === 0 ? value : withValueAt(isObject(before) ? before : {}, rest, value);
  const members = Object.entries(root);
  if (next === undefined) return Object.fromEntries(members.filter(([key]) => key !== name));
  if (before === undefined) return Object.fromEntries([...members, [name, next]]);
  return Object.fromEntries(members.map(([key, content]) => [key, key === name ? next : content]));
}
