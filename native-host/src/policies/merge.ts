import { isList, isObject, isSame, type Json, type JsonObject, type JsonPath, valueAt, withValueAt } from './json.js';

/** One addition to a file. Each is so small that it can be removed without affecting what others added. */
export type Addition =
  /** An empty object or list that did not exist. Further additions fill it. */
  | { readonly kind: 'container'; readonly path: JsonPath; readonly value: Json }
  /** A member that did not exist. */
  | { readonly kind: 'member'; readonly path: JsonPath; readonly value: Json }
  /** An entry that its list did not contain. */
  | { readonly kind: 'entry'; readonly path: JsonPath; readonly value: Json };

export interface Merged {
  readonly content: JsonObject;
  readonly additions: readonly Addition[];
  /** Members that exist with another value. If there are such members, `content` must not be used. */
  readonly conflicts: readonly JsonPath[];
}

/**
 * Adds a value at a path. If `value` is a list, adds the entries that the list at the path lacks. If `value` is an object, adds its members one
 * by one, in the same way for inner objects. Any other value that exists at a path, and is not equal, is a conflict.
 */
export function addAt(content: JsonObject, path: JsonPath, value: Json): Merged {
  return isList(value)
    ? addEntries(content, path, value)
    : addMember({ content, additions: [], conflicts: [] }, path, value);
}

function addEntries(content: JsonObject, path: JsonPath, entries: readonly Json[]): Merged {
  const start = withContainer({ content, additions: [], conflicts: [] }, path, []);
  const before = valueAt(start.content, path);
  if (!isList(before)) return { ...start, conflicts: [path] };
  const missing = entries.filter((entry) => !before.some((one) => isSame(one, entry)));
  return {
    content: withValueAt(start.content, path, [...before, ...missing]),
    additions: [...start.additions, ...missing.map((entry) => ({ kind: 'entry', path, value: entry }) as const)],
    conflicts: [],
  };
}

function addMember(merged: Merged, path: JsonPath, value: Json): Merged {
  const before = valueAt(merged.content, path);
  if (isObject(value) && (before === undefined || isObject(before))) {
    return Object.entries(value).reduce(
      (so, [name, content]) => addMember(so, [...path, name], content),
      withContainer(merged, path, {}),
    );
  }
  if (before !== undefined) {
    return isSame(before, value) ? merged : { ...merged, conflicts: [...merged.conflicts, path] };
  }
  const start = withContainer(merged, path.slice(0, -1), {});
  if (!isObject(valueAt(start.content, path.slice(0, -1)))) return { ...start, conflicts: [...start.conflicts, path] };
  return {
    content: withValueAt(start.content, path, value),
    additions: [...start.additions, { kind: 'member', path, value }],
    conflicts: start.conflicts,
  };
}

/** Adds `empty` at a path if there is no value, and adds the objects that are missing on the path. */
function withContainer(merged: Merged, path: JsonPath, empty: Json): Merged {
  if (path.length === 0 || valueAt(merged.content, path) !== undefined) return merged;
  const parent = path.slice(0, -1);
  const start = withContainer(merged, parent, {});
  if (!isObject(valueAt(start.content, parent))) return { ...start, conflicts: [...start.conflicts, parent] };
  return {
    content: withValueAt(start.content, path, empty),
    additions: [...start.additions, { kind: 'container', path, value: empty }],
    conflicts: start.conflicts,
  };
}

/** Removes the additions that the content still contains unchanged. Keeps an addition that someone has changed. */
export const withoutAdditions = (content: JsonObject, additions: readonly Addition[]): JsonObject =>
  [...additions].reverse().reduce(withoutAddition, content);

function withoutAddition(content: JsonObject, { kind, path, value }: Addition): JsonObject {
  const now = valueAt(content, path);
  if (kind !== 'entry') return isSame(now, value) ? withValueAt(content, path, undefined) : content;
  if (!isList(now)) return content;
  const index = now.findLastIndex((one) => isSame(one, value));
  return index < 0 ? content : withValueAt(content, path, now.toSpliced(index, 1));
}

/** True if an addition is still there, unchanged. */
export function isThere(content: JsonObject, { kind, path, value }: Addition): boolean {
  const now = valueAt(content, path);
  return kind === 'entry' ? isList(now) && now.some((one) => isSame(one, value)) : isSame(now, value);
}
