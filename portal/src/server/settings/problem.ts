/** Where a value was written. */
export interface Place {
  /** `portal.toml` or `portal.env`; or no file: `environment`, or `default`. */
  readonly file: string;
  readonly line?: number | undefined;
  /** Its name there. */
  readonly name: string;
  /** The lines of what is in it, by dotted path. */
  readonly members?: ReadonlyMap<string, number>;
}

export const ENVIRONMENT = 'environment';
export const DEFAULT = 'default';

/** Something that keeps the portal from starting, or that does nothing: with its place, and never with the value. */
export interface Problem {
  readonly place: Place;
  readonly what: string;
}

/** In one line: `portal.toml:12: crl-lifetime: expected a whole number from 5 to 1440`. */
export const tellProblem = ({ place, what }: Problem): string =>
  [placeOf(place), ...(place.name === '' ? [] : [place.name]), what].join(': ');

export const placeOf = ({ file, line }: Place): string => (line === undefined ? file : `${file}:${line}`);

/** As an error of a command. */
export function errorOf(problem: Problem): Error {
  const { place, what } = problem;
  if (![ENVIRONMENT, DEFAULT].includes(place.file)) return new Error(tellProblem(problem));
  return new Error(what.startsWith('is not') ? `${place.name} ${what}` : `${place.name} is not valid: ${what}`);
}

/** The place of a member, as near as it is known. */
export function placeOfMember(place: Place, member: string): Place {
  const parts = member.split('.');
  for (let length = parts.length; length > 0; length--) {
    const line = place.members?.get(parts.slice(0, length).join('.'));
    if (line !== undefined) return { ...place, line };
  }
  return place;
}
