import { FEW_VALUES, MALFORMED_VALUES } from './values.js';

/** A place in a JSON value, which can be filled with any text. */
export interface Place {
  /** Dotted; empty for the value itself. */
  readonly path: string;
  /** Returns the JSON of the whole value with this text in the place. */
  readonly fill: (json: string) => string;
}

type Path = readonly (string | number)[];
const MARK = 'the place';

/** Lists the places of a value: itself, and each member of each object and array in it. */
export const placesOf = (value: unknown): Place[] =>
  pathsOf(value).map((path) => {
    const marked = JSON.stringify(replaced(value, path));
    return { path: path.join('.'), fill: (json) => marked.replace(`"${MARK}"`, () => json) };
  });

/** Lists the objects of a value. They are filled with the JSON text of one more member. */
export const objectsOf = (value: unknown): Place[] =>
  pathsOf(value).flatMap((path) => {
    const object = at(value, path);
    if (!isObject(object)) return [];
    const members = JSON.stringify(object).slice(1, -1);
    const marked = JSON.stringify(replaced(value, path));
    const fill = (member: string) =>
      marked.replace(`"${MARK}"`, () => `{${[member, members].filter((one) => one !== '').join()}}`);
    return [{ path: path.join('.'), fill }];
  });

/**
 * Lists texts of a value: each has one malformed value in one place, or as one more member.
 *
 * @param values for the value itself and its members; places deeper inside get a few
 */
export function nonsenseFor(specimen: unknown, values = MALFORMED_VALUES): string[] {
  const places = [
    ...placesOf(specimen),
    ...objectsOf(specimen).map(({ path, fill }) => ({ path, fill: (json: string) => fill(`"more":${json}`) })),
  ];
  return places.flatMap(({ path, fill }) =>
    Object.values(path.includes('.') ? FEW_VALUES : values).map((json) => fill(json)),
  );
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const members: (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  return [path, ...members.flatMap(([name, member]) => pathsOf(member, [...path, name]))];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function at(value: unknown, [name, ...rest]: Path): unknown {
  if (name === undefined) return value;
  const member: unknown = Array.isArray(value) ? value[Number(name)] : isObject(value) ? value[name] : undefined;
  return at(member, rest);
}

function replaced(value: unknown, [name, ...rest]: Path): unknown {
  if (name === undefined) return MARK;
  if (Array.isArray(value))
    return value.map((member: unknown, index) => (index === name ? replaced(member, rest) : member));
  return isObject(value) ? { ...value, [name]: replaced(value[name], rest) } : value;
}
