import { homedir, userInfo } from 'node:os';
import path from 'node:path';

/** The computer and the account that the host runs on. Tests provide another `System`. */
export interface System {
  readonly platform: NodeJS.Platform;
  /** Folder that is used as `/`: all files of the computer that are outside the home folder are below it. */
  readonly root: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Process ids of this host and of its parent. */
  readonly pid: number;
  readonly ppid: number;
  /** Runs a program of the operating system. Returns the standard output; null if the program is missing, fails, or exceeds a limit. */
  run(program: string, args: readonly string[]): Promise<string | null>;
  /** Returns the name of the account. */
  user(): string;
}

/** Time limit of a program in milliseconds. */
const PATIENCE = 3_000;
/** Largest output of a program in bytes. A longer output counts as a failure. */
const MAX_OUTPUT = 1024 * 1024;

export const thisSystem: System = {
  platform: process.platform,
  root: '/',
  get home() {
    return homedir();
  },
  env: process.env,
  pid: process.pid,
  ppid: process.ppid,
  run: async (program, args) => {
    // The module is loaded on first use, because most runs of the host start no program.
    const { execFile } = await import('node:child_process');
    return new Promise((resolve) => {
      const options = { timeout: PATIENCE, maxBuffer: MAX_OUTPUT, windowsHide: true };
      execFile(fileOf(program), args, options, (error, stdout) => resolve(error ? null : stdout));
    });
  },
  user: () => userInfo().username,
};

/**
 * Returns the path of a program in System32 on Windows, and its name elsewhere. With the name alone, Windows would search the current folder
 * first, where anyone may have put a file of this name.
 */
const fileOf = (program: string): string =>
  process.platform === 'win32' ? path.join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', program) : program;

/** Returns the path below `root` of a file outside the home folder. @param absolute path of the file on a real computer */
export const onComputer = ({ root }: System, absolute: string): string => path.join(root, absolute);

/**
 * Returns the path of a file below the home folder. A path below `.config` is placed in the folder `XDG_CONFIG_HOME` instead, if this variable
 * is set.
 */
export function inHome({ home, env }: System, relative: string): string {
  const [top, ...rest] = relative.split('/');
  const config = env.XDG_CONFIG_HOME;
  return top === '.config' && config ? path.join(config, ...rest) : path.join(home, relative);
}
