/** The place of a written value. */
export interface Place {
  /**
   * `portal.toml` or `portal.env` for a value in that file; `environment` for a variable of the process; `default` for a value that was not
   * written.
   */
  readonly file: string;
  readonly line?: number | undefined;
  /** Name of the setting: its key in `portal.toml`, or its variable; empty for a fault of the whole file. */
  readonly name: string;
  /** Lines of the setting's members, by dotted path. */
  readonly members?: ReadonlyMap<string, number>;
}

export const ENVIRONMENT = 'environment';
export const DEFAULT = 'default';

/**
 * A fault of a setting, because of which the portal does not start or ignores the setting. A problem never contains the value of the setting,
 * only its place.
 */
export interface Problem {
  readonly place: Place;
  readonly what: string;
}

/** Returns a problem in one line: `portal.toml:12: crl-lifetime: expected a whole number from 5 to 1440`. */
export const tellProblem = ({ place, what }: Problem): string =>
  [placeOf(place), ...(place.name === '' ? [] : [place.name]), what].join(': ');

export const placeOf = ({ file, line }: Place): string => (line === undefined ? file : `${file}:${line}`);

/** Returns the error with which a command ends because of a problem. */
export function errorOf(problem: Problem): Error {
  const { place, what } = problem;
  if (![ENVIRONMENT, DEFAULT].includes(place.file)) return new Error(tellProblem(problem));
  return new Error(what.startsWith('is not') ? `${place.name} ${what}` : `${place.name} is not valid: ${what}`);
}

/**
 * Returns the place of a setting's member. The place has the member's own line if that line is known, or else the line of the nearest member
 * around it whose line is known, or else the line of the setting.
 */
export function placeOfMember(place: Place, member: string): Place {
  const parts = member.split('.');
  for (let length = parts.length; length > 0; length--) {
    const line = place.members?.get(parts.slice(0, length).join('.'));
    if (line !== undefined) return { ...place, line };
  }
  return place;
}
