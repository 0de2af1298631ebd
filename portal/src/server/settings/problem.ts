/** The place of a written value. */
export interface Place {
  /** `portal.toml` or `portal.env`; without a file `environment` or `default`. */
  readonly file: string;
  readonly line?: number | undefined;
  /** Its name in the file. */
  readonly name: string;
  /** Lines of its members, by dotted path. */
  readonly members?: ReadonlyMap<string, number>;
}

export const ENVIRONMENT = 'environment';
export const DEFAULT = 'default';

/** A setting that keeps the portal from starting, or that has no effect: with its place, and never with the value. */
export interface Problem {
  readonly place: Place;
  readonly what: string;
}

/** Writes a problem in one line: `portal.toml:12: crl-lifetime: expected a whole number from 5 to 1440`. */
export const tellProblem = ({ place, what }: Problem): string =>
  [placeOf(place), ...(place.name === '' ? [] : [place.name]), what].join(': ');

export const placeOf = ({ file, line }: Place): string => (line === undefined ? file : `${file}:${line}`);

/** Turns a problem into the error of a command. */
export function errorOf(problem: Problem): Error {
  const { place, what } = problem;
  if (![ENVIRONMENT, DEFAULT].includes(place.file)) return new Error(tellProblem(problem));
  return new Error(what.startsWith('is not') ? `${place.name} ${what}` : `${place.name} is not valid: ${what}`);
}

/** Finds the place of a member, as exactly as it is known. */
export function placeOfMember(place: Place, member: string): Place {
  const parts = member.split('.');
  for (let length = parts.length; length > 0; length--) {
    const line = place.members?.get(parts.slice(0, length).join('.'));
    if (line !== undefined) return { ...place, line };
  }
  return place;
}
