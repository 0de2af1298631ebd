import * as v from 'valibot';

/** What a log keeps: lines of its level and of those before it. `off` keeps none. */
export const LOG_LEVELS = ['off', 'error', 'warn', 'info'] as const;
export const logLevel = v.picklist(LOG_LEVELS);
export type LogLevel = v.InferOutput<typeof logLevel>;

/** The level of one line. */
export type LineLevel = Exclude<LogLevel, 'off'>;

export const isKept = (line: LineLevel, level: LogLevel): boolean =>
  LOG_LEVELS.indexOf(line) <= LOG_LEVELS.indexOf(level);
