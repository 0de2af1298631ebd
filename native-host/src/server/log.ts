import type { LineLevel } from '../system/log-level.js';

/** Permitted content of a log line: names, numbers and codes. Parameters and results are never logged. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Receives each line, without a line break. */
export type LogSink = (line: string, level: LineLevel) => void;

/** The host's log: lines of JSON, by default on standard error. Each browser decides whether it keeps what a host writes there. */
export class Log {
  constructor(private readonly sink: LogSink = writeToStandardError) {}

  write(event: string, fields: LogFields = {}, level: LineLevel = 'info'): void {
    this.sink(JSON.stringify({ time: new Date().toISOString(), level, pid: process.pid, event, ...fields }), level);
  }

  /** Logs a defect: its incident id, the name of the error, and the next seven lines of the stack after the first one, which has the message. */
  readonly defect = (incident: string, error: unknown): void => {
    const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 8).join(' ') : '';
    this.write('defect', { incident, kind: error instanceof Error ? error.name : typeof error, stack }, 'error');
  };
}

export function writeToStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}
