import type { LineLevel } from '../system/log-level.js';

/** Permitted content of a log line: names, numbers and codes. Parameters and results are never logged. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Largest number of stack frames in the log line of a defect. */
const MAX_PLACES = 7;

/** Receives each line, without a line break. */
export type LogSink = (line: string, level: LineLevel) => void;

/** The host's log: lines of JSON, by default on standard error. Each browser decides whether it keeps what a host writes there. */
export class Log {
  constructor(private readonly sink: LogSink = writeToStandardError) {}

  write(event: string, fields: LogFields = {}, level: LineLevel = 'info'): void {
    this.sink(JSON.stringify({ time: new Date().toISOString(), level, pid: process.pid, event, ...fields }), level);
  }

  /** Logs a defect: its incident id, the name of the error, and the first stack frames of the error. */
  readonly defect = (incident: string, error: unknown): void => {
    const [kind, stack] = error instanceof Error ? [error.name, placesOf(error)] : [typeof error, ''];
    this.write('defect', { incident, kind, stack }, 'error');
  };
}

/** Returns the first `MAX_PLACES` stack frames of an error. Leaves out the error's message, which may contain values, and may have several lines. */
const placesOf = ({ message, stack = '' }: Error): string =>
  stack
    .replace(message, () => '')
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, MAX_PLACES)
    .join(' ');

export function writeToStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}
