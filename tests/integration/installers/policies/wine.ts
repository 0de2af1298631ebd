import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const WINE = '/usr/bin/wine';
/** Milliseconds. The first start makes a whole Windows. */
const PATIENCE = 180_000;

/** The reason why there is no Windows here; null if there is one. */
export const WHY_NO_WINE = existsSync(WINE) ? null : `${WINE} is missing`;

/** Values of the registry by key and name, as `reg query` prints them. */
export type Registry = Readonly<Record<string, Readonly<Record<string, string | number>>>>;

/** The registry of a separate Windows. */
export class WineRegistry {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cardwright-wine-'));
  readonly #env: NodeJS.ProcessEnv;

  constructor() {
    const runtime = path.join(this.#folder, 'run');
    mkdirSync(runtime, { mode: 0o700 });
    this.#env = {
      ...process.env,
      WINEPREFIX: path.join(this.#folder, 'prefix'),
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
      XDG_RUNTIME_DIR: runtime,
    };
  }

  /** Runs `reg import`. @throws Error if Windows refuses the file */
  import(file: string): void {
    this.#reg('import', file);
  }

  /** Lists every value below a key; empty if there is none. */
  query(key: string): Registry {
    const found: Record<string, Record<string, string | number>> = {};
    let values: Record<string, string | number> = {};
    for (const line of this.#reg('query', key, '/s').split(/\r?\n/)) {
      const [, name = '', type, data = ''] = /^ {4}(.*?) {4}(REG_\w+) {4}(.*)$/.exec(line) ?? [];
      if (type !== undefined) values[name] = type === 'REG_DWORD' ? Number(data) : data;
      else if (line.startsWith('HKEY_')) found[line] = values = {};
    }
    return Object.fromEntries(Object.entries(found).filter(([, content]) => Object.keys(content).length > 0));
  }

  /** Ends its Windows, and removes it. */
  remove(): void {
    this.#server('-k');
    this.#server('-w');
    rmSync(this.#folder, { recursive: true });
  }

  /** The exit code only shows whether a server was running. */
  #server(option: string): void {
    spawnSync('wineserver', [option], { env: this.#env, timeout: PATIENCE });
  }

  #reg(...args: string[]): string {
    return execFileSync(WINE, ['reg', ...args], { env: this.#env, encoding: 'utf8', timeout: PATIENCE });
  }
}
