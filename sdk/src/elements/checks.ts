export type CheckState = 'waiting' | 'running' | 'passed' | 'needed' | 'asking' | 'failed';

/** Conditions for reaching a device, in the order in which they are checked: each condition requires the conditions before it. */
export const CHECK_LINES = ['extension', 'site', 'host', 'reader'] as const;
export type CheckLine = (typeof CHECK_LINES)[number];
export type Checks = Readonly<Record<CheckLine, CheckState>>;

/** Returns the checks with this state at one line. The lines before this line have passed, and the lines after it are waiting. */
export function checksAt(line: CheckLine, state: CheckState): Checks {
  const position = CHECK_LINES.indexOf(line);
  const stateOf = (other: CheckLine): CheckState => {
    const distance = CHECK_LINES.indexOf(other) - position;
    return distance === 0 ? state : distance < 0 ? 'passed' : 'waiting';
  };
  return {
    extension: stateOf('extension'),
    site: stateOf('site'),
    host: stateOf('host'),
    reader: stateOf('reader'),
  };
}
