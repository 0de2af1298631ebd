import { fstatSync } from 'node:fs';
import pino from 'pino';
import { currentAccess } from '../access.js';
import { LINE_FORMS, plainLine, withPriorities, type LineForm } from './line-forms.js';

/** The levels of the log, the most urgent first. */
export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The forms of a line: for people, or one JSON object for programs. */
export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/**
 * The facts that a line can have besides its sentence. None of it may be a secret, a body, or an address with a query. Text that comes from outside belongs here
 * and not into the sentence, because every form of a line quotes it here.
 */
export interface LogFacts {
  /** Id of the request, if it is not the one under way. */
  readonly requestId?: string;
  readonly method?: string;
  /** Path of the route in the table of routes, never that of the request. */
  readonly route?: string;
  /** HTTP status of the answer. */
  readonly status?: number;
  /** Milliseconds. */
  readonly duration?: number;
  /** Code of the error catalogue. */
  readonly code?: string;
  /** Address from which a request was sent. */
  readonly address?: string;
  /** Public id of a session. */
  readonly session?: string;
  /** Number by which a defect is reported. */
  readonly incident?: string;
  /** Class of an error. */
  readonly error?: string;
  /** The places of a defect in the program. */
  readonly stack?: readonly string[];
  /** Why something failed, in the words of another program. */
  readonly reason?: string;
}

/** Decisions about the log of a process. */
export interface LogSettings {
  readonly format: LogFormat;
  readonly level: LogLevel;
}

/** The place of a log. */
export interface LogPlace {
  /** Set if journald reads the lines. It knows the time of a line by itself, and the level by a prefix. */
  readonly isJournal: boolean;
  /** Writes a line, which has no line break. */
  readonly write: (line: string) => void;
}

const STANDARD_OUTPUT = 1;
/** Maximum number of UTF-16 code units of a text in a line. */
const LONGEST = 2000;

/** Makes a logger that gives finished lines to a function. */
const loggerOf = (level: LogLevel, form: LineForm, write: LogPlace['write']) =>
  pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => requestOf(currentAccess().requestId),
    },
    { write: (json: string) => write(form(json)) },
  );

const requestOf = (requestId: string | null) => (requestId === null ? {} : { requestId });

/** Commands and tests open no log. What goes wrong is then told as sentences on standard error. */
let logger = loggerOf('warn', plainLine, (line) => console.error(line));

/**
 * Opens the log of this process. What was logged before went to standard error.
 *
 * @param place by default standard output
 */
export function openLog({ format, level }: LogSettings, place: LogPlace = standardOutput()): void {
  const form = LINE_FORMS[format](place.isJournal);
  logger = loggerOf(level, place.isJournal ? withPriorities(form) : form, place.write);
}

/** Standard output. pino writes each line at once, waits where a reader is slow, and survives a reader that has left. */
function standardOutput(): LogPlace {
  const output = pino.destination({ dest: STANDARD_OUTPUT, sync: true });
  return { isJournal: isJournal(process.env), write: (line) => output.write(`${line}\n`) };
}

/**
 * True if standard output is connected to journald, which then tells the device and the inode of the connection in `JOURNAL_STREAM` (systemd.exec(5)).
 */
function isJournal({ JOURNAL_STREAM }: NodeJS.ProcessEnv): boolean {
  const { dev, ino } = fstatSync(STANDARD_OUTPUT);
  return JOURNAL_STREAM === `${dev}:${ino}`;
}

/** The log of this process. Each line that is written during a request has the request's id. */
export const log: Readonly<Record<LogLevel, (sentence: string, facts?: LogFacts) => void>> = {
  error: (sentence, facts) => tell('error', sentence, facts),
  warn: (sentence, facts) => tell('warn', sentence, facts),
  info: (sentence, facts) => tell('info', sentence, facts),
  debug: (sentence, facts) => tell('debug', sentence, facts),
};

function tell(level: LogLevel, sentence: string, facts: LogFacts = {}): void {
  const told = Object.entries(facts).map(([name, value]): [string, unknown] => [name, shortened(value)]);
  logger[level](Object.fromEntries(told), cut(sentence));
}

const shortened = (value: unknown): unknown => (typeof value === 'string' ? cut(value) : value);

/** journald splits a line of more than 48 KB, of which no part is JSON. */
const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
