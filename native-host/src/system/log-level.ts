import { LOG_LEVELS, type LogLevel } from '@cardwright/protocol/policy';

/** The level of one log line. */
export type LineLevel = Exclude<LogLevel, 'off'>;

/** True if the log keeps a line of this level: the line is at least as severe as `level`. */
export const isKept = (line: LineLevel, level: LogLevel): boolean =>
  LOG_LEVELS.indexOf(line) <= LOG_LEVELS.indexOf(level);
