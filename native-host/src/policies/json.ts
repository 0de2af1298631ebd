import { isDeepStrictEqual } from 'node:util';

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Names of the members that lead from an object to a value inside it. */
export type JsonPath = readonly string[];

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** True if two values are equal. The order of members does not matter. */
export const isSame = (a: Json | undefined, b: Json | undefined): boolean => isDeepStrictEqual(a, b);

/** Returns the value at a path; undefined if there is no value. */
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
 * Returns a copy of the object with `value` at a path. If `value` is undefined, the copy lacks the last member of the path. Objects that are
 * missing on the path are created; a value on the path that is not an object is replaced by an object. Members keep their order; a new member
 * comes last. Any name is permitted, even `__proto__`.
 *
 * @throws RangeError if the path is empty
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
