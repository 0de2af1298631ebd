import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync,
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onProcessEnd } from '@cardwright/stage';

/** The result of a Windows program. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The folder and additional environment of a program. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Returns why Windows tests cannot run here; null if they can. */
export function whyNoWindows(): string | null {
  const missing = ['wine', 'wixl', 'msibuild', 'msiinfo', 'x86_64-w64-mingw32-gcc'].filter(
    (program) => !isInPath(program),
  );
  return missing.length === 0 ? null : `${missing.join(', ')} missing`;
}

/** A separate Windows, created by wine in a folder, isolated from this account. */
export class Wine {
  readonly env: NodeJS.ProcessEnv;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cardwright-wine-'));
  readonly #forget = onProcessEnd(() => this.#remove());
  #runs = 0;

  private constructor(env: NodeJS.ProcessEnv) {
    const runtime = path.join(this.#folder, 'runtime');
    mkdirSync(runtime, { mode: 0o700 });
    mkdirSync(path.join(this.#folder, 'prefix'));
    this.env = {
      ...env,
      HOME: this.#folder,
      WINEPREFIX: path.join(this.#folder, 'prefix'),
      WINEDEBUG: '-all',
      // Neither .NET, nor a browser, nor menu entries are wanted.
      WINEDLLOVERRIDES: 'mscoree,mshtml=;winemenubuilder.exe=d',
      XDG_RUNTIME_DIR: runtime,
      DISPLAY: '',
    };
  }

  /** Creates a Windows with `env` as its programs' environment. Takes seconds. */
  static async boot(env: NodeJS.ProcessEnv): Promise<Wine> {
    const wine = new Wine(env);
    try {
      // Keeps one server for all programs until it is stopped.
      execFileSync('wineserver', ['-p'], { env: wine.env, stdio: 'ignore' });
      await wine.run('wineboot', ['--init']);
      return wine;
    } catch (error) {
      wine.stop();
      throw error;
    }
  }

  /** Returns the Linux path of a file on drive C, such as `Program Files/Cardwright`. */
  onDriveC(relative: string): string {
    return path.join(this.#folder, 'prefix', 'drive_c', relative);
  }

  /** Runs a program to its end. Its streams are files, because node.exe under wine cannot use Linux pipes. */
  async run(program: string, args: readonly string[], { cwd, env = {} }: RunOptions = {}): Promise<Ended> {
    const run = path.join(this.#folder, `run-${++this.#runs}`);
    const files = [`${run}-out`, `${run}-err`] as const;
    const descriptors = files.map((file) => openSync(file, 'w'));
    const child = spawn('wine', [program, ...args], {
      stdio: ['ignore', ...descriptors],
      env: { ...this.env, ...env },
      cwd,
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    for (const descriptor of descriptors) closeSync(descriptor);
    const [stdout, stderr] = files.map((file) => readFileSync(file, 'utf8').replaceAll('\r\n', '\n'));
    return { code, stdout: stdout ?? '', stderr: stderr ?? '' };
  }

  /** Reads `HKLM\SOFTWARE`: the values of each key, as `reg export` writes them. */
  async registry(): Promise<Map<string, string[]>> {
    const file = path.join(this.#folder, 'export.reg');
    await this.run('reg', ['export', 'HKLM\\SOFTWARE', windowsPath(file), '/y']);
    const keys = new Map<string, string[]>();
    const text = readFileSync(file, 'utf16le').replaceAll('\r\n', '\n').replaceAll('\\\n  ', '');
    for (const [head = '', ...values] of text.split('\n\n').map((block) => block.split('\n'))) {
      const [, key] = /^\[HKEY_LOCAL_MACHINE\\SOFTWARE\\(.*)\]$/.exec(head) ?? [];
      if (key !== undefined) keys.set(key, values.filter((line) => line !== '').sort());
    }
    return keys;
  }

  /** Lists every file and folder of drive C. */
  files(): string[] {
    return readdirSync(this.onDriveC(''), { recursive: true, encoding: 'utf8' }).sort();
  }

  /** Ends its programs and removes it. */
  stop(): void {
    this.#remove();
    this.#forget();
  }

  #remove(): void {
    try {
      // Ends only the programs of this Windows, identified by its folder.
      execFileSync('wineserver', ['-k', '-w'], { env: this.env, stdio: 'ignore' });
    } catch {
      // No program is running.
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Returns the Windows path of a Linux file. */
export const windowsPath = (file: string): string => `Z:${file.replaceAll('/', '\\')}`;

function isInPath(program: string): boolean {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
