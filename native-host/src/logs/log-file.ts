import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  writeSync,
  type Stats,
} from 'node:fs';
import path from 'node:path';
import { logLevel, type LogLevel } from '@cardwright/protocol/policy';
import * as v from 'valibot';
import { readHostPolicy, type HostComputerPolicy } from '../system/host-policy.js';
import { isKept, type LineLevel } from '../system/log-level.js';
import type { System } from '../system/system.js';
import { logFileOf } from './log-place.js';
import { rotate } from './rotation.js';

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;
const WRITABLE_BY_OTHERS = 0o022;
/** Largest number of bytes that one host writes, because a page can cause any number of log lines. */
export const MAX_WRITTEN = 1024 * 1024;

/**
 * The host's log of this account. The file is opened when the first line is written, so that starting a host costs nothing. Several hosts may
 * append to this log at the same time, each in whole lines. A host that cannot write to the log works without one.
 */
export class LogFile {
  /** Log level of the extension's policy; null if the policy sets no level, or before a session is open. */
  #asked: LogLevel | null = null;
  #ofComputer: HostComputerPolicy | undefined;
  #descriptor: number | undefined;
  #written = 0;
  #isOver = false;

  constructor(
    private readonly system: System,
    /** Called with the reason when logging ends. */
    private readonly onOver: (reason: string) => void = () => undefined,
  ) {}

  /** Writes a line if its level is enabled. `line` has no line break. Never throws. */
  append(line: string, level: LineLevel): void {
    if (this.#isOver) return;
    try {
      if (!isKept(level, this.#level())) return;
      this.#descriptor ??= openLog(this.system);
      this.#write(this.#descriptor, line);
    } catch (error) {
      this.#end(error instanceof Error ? error.message : 'unknown error');
    }
  }

  /** Sets the log level of the extension's policy. This computer's own policy takes precedence. */
  ask(level: LogLevel | null): void {
    this.#asked = level;
  }

  /**
   * Returns the log level in force. This computer's policy takes precedence over the extension's policy, and both policies over the environment
   * variable `CARDWRIGHT_LOG_LEVEL`. Default: `warn`.
   */
  #level(): LogLevel {
    const { logLevel: ofComputer } = (this.#ofComputer ??= readHostPolicy(this.system));
    const ofEnvironment = v.safeParse(logLevel, this.system.env.CARDWRIGHT_LOG_LEVEL);
    return ofComputer ?? this.#asked ?? (ofEnvironment.success ? ofEnvironment.output : 'warn');
  }

  /** Writes a line in a single call: with O_APPEND, the bytes of another host cannot come between the bytes of the line (POSIX, write()). */
  #write(descriptor: number, line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    if (this.#written + bytes.length > MAX_WRITTEN) {
      writeSync(
        descriptor,
        `${JSON.stringify({ time: new Date().toISOString(), event: 'log full', pid: this.system.pid })}\n`,
      );
      this.#end('this host has written as much as one may');
      return;
    }
    writeSync(descriptor, bytes);
    this.#written += bytes.length;
  }

  #end(reason: string): void {
    this.#isOver = true;
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.onOver(reason);
  }
}

/**
 * Opens the log, and rotates it if it has grown. Refuses what another account could have prepared: a folder that is a link, and a file with several
 * hard links. Except on Windows, also refuses a file that is a symbolic link, a file of another account, and a folder that others own or can write
 * to.
 */
function openLog(system: System): number {
  const file = logFileOf(system);
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const isPosix = system.platform !== 'win32';
  const place = lstatSync(folder);
  if (!place.isDirectory() || (isPosix && !isOnlyOurs(place))) throw new Error(`${folder} is not this account's alone`);
  rotate(file);
  const noFollow = isPosix ? constants.O_NOFOLLOW : 0;
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | noFollow;
  const descriptor = openSync(file, flags, PRIVATE_FILE);
  const opened = fstatSync(descriptor);
  if (!opened.isFile() || opened.nlink > 1 || (isPosix && opened.uid !== process.getuid?.())) {
    closeSync(descriptor);
    throw new Error(`${file} is no file of its own`);
  }
  if (isPosix) fchmodSync(descriptor, PRIVATE_FILE);
  return descriptor;
}

const isOnlyOurs = ({ uid, mode }: Stats): boolean => uid === process.getuid?.() && (mode & WRITABLE_BY_OTHERS) === 0;
