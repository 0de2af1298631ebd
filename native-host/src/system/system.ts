import { homedir, userInfo } from 'node:os';
import path from 'node:path';

/** The computer and the account of the host. Tests provide their own. */
export interface System {
  readonly platform: NodeJS.Platform;
  /** Folder that takes the place of `/`: the files of the whole computer are below it. */
  readonly root: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Process ids of this host and of its parent. */
  readonly pid: number;
  readonly ppid: number;
  /** Runs a program of the system. Returns its output, or null where it is missing, fails or takes too long. */
  run(program: string, args: readonly string[]): Promise<string | null>;
  /** The account's name. */
  user(): string;
}

/** Time limit of such a program in milliseconds. */
const PATIENCE = 3_000;
/** Limit of its output in bytes. */
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
    // Loaded here, because a host that serves a page runs no program.
    const { execFile } = await import('node:child_process');
    return new Promise((resolve) => {
      const options = { timeout: PATIENCE, maxBuffer: MAX_OUTPUT, windowsHide: true };
      execFile(fileOf(program), args, options, (error, stdout) => resolve(error ? null : stdout));
    });
  },
  user: () => userInfo().username,
};

/** The full path on Windows, which otherwise searches the current folder first, where anyone may have put a file of that name. */
const fileOf = (program: string): string =>
  process.platform === 'win32' ? path.join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', program) : program;

/** The real path of a file of the whole computer. */
export const onComputer = ({ root }: System, absolute: string): string => path.join(root, absolute);

/** The path of a file below the home folder, given for Linux. A path below `.config` follows XDG_CONFIG_HOME. */
export function inHome({ home, env }: System, relative: string): string {
  const [top, ...rest] = relative.split('/');
  const config = env.XDG_CONFIG_HOME;
  return top === '.config' && config ? path.join(config, ...rest) : path.join(home, relative);
}
