import type { LineLevel } from '../system/log-level.js';

/** Permitted content of a log line: names, numbers and codes. Parameters and results are never logged. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Receives each line, without a line break. */
export type LogSink = (line: string, level: LineLevel) => void;

/** The host's log: lines of JSON, by default on standard error. The browser keeps or discards these. */
export class Log {
  constructor(private readonly sink: LogSink = writeToStandardError) {}

  write(event: string, fields: LogFields = {}, level: LineLevel = 'info'): void {
    this.sink(JSON.stringify({ time: new Date().toISOString(), level, pid: process.pid, event, ...fields }), level);
  }

  /** Logs a defect with its incident id and its stack, which contains places in the code but no values. */
  readonly defect = (incident: string, error: unknown): void => {
    const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 8).join(' ') : '';
    this.write('defect', { incident, kind: error instanceof Error ? error.name : typeof error, stack }, 'error');
  };
}

export function writeToStandardError(line: string): void {
  process.stderr.write(`${line}\n`);
}
