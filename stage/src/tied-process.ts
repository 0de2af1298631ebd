import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { PATIENCE_MS } from './patience.js';
import { onProcessEnd } from './process-end.js';

/** Milliseconds between the signal that `stop()` sends and SIGKILL. */
const ENDING_MS = 15_000;
/** Number of output lines that are kept to explain a failure. */
const KEPT_LINES = 40;

export interface TiedProcessOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** The child's descriptor 3: a listening socket, for socket activation. */
  readonly descriptor3?: number;
  /** Receives every line that the process prints. */
  readonly onLine?: (line: string) => void;
}

/**
 * A child process that cannot outlive this process. It ends when `stop()` is called or this process ends. If this process is killed, the kernel kills
 * the child (`setpriv --pdeathsig`, util-linux).
 */
export class TiedProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<(line: string) => void>();
  readonly #ended: Promise<unknown>;
  readonly #forget: () => void;

  private constructor(command: string, args: readonly string[], options: TiedProcessOptions) {
    this.#name = command;
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', ...(options.descriptor3 === undefined ? [] : [options.descriptor3])],
      env: options.env ?? process.env,
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#forget = onProcessEnd(() => this.#child.kill('SIGKILL'));
    if (options.onLine) this.#watchers.add(options.onLine);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#keep(line));
    }
  }

  /**
   * Starts `command`, which is found on the PATH, without a shell and without input.
   *
   * @throws when setpriv does not exist; a missing `command` shows in `line()` and `output`
   */
  static async start(command: string, args: readonly string[], options: TiedProcessOptions = {}): Promise<TiedProcess> {
    const tied = new TiedProcess(command, args, options);
    try {
      await once(tied.#child, 'spawn');
    } catch (cause) {
      tied.#forget();
      throw new Error(`${command} cannot be started: setpriv (util-linux) is needed.`, { cause });
    }
    return tied;
  }

  /** The process id. It is the id of the command itself, because setpriv becomes the command by `exec`. Undefined once the process has ended. */
  get pid(): number | undefined {
    return this.isRunning ? this.#child.pid : undefined;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The last lines that the process printed on both outputs, at most `KEPT_LINES`. */
  get output(): string {
    return this.#lines.join('\n');
  }

  /**
   * Waits until the process prints a line that matches. Returns at once if such a line is in `output` already.
   *
   * @throws when the process ends without such a line, or prints no such line within `PATIENCE_MS`; the message contains the last lines of the
   * process
   */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    const earlier = this.#lines.map((line) => pattern.exec(line)).find((match) => match !== null);
    if (earlier) return earlier;
    const controller = new AbortController();
    try {
      return await Promise.race([
        this.#laterLine(pattern, controller.signal),
        this.#ended.then(() => this.#fail('ended')),
        this.#timeout(controller.signal),
      ]);
    } finally {
      controller.abort();
    }
  }

  /** Sends a signal that the process handles without ending. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends the process with `signal`, or with SIGKILL if it still runs after 15 s. Resolves when the process has ended. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#child.kill(signal);
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), ENDING_MS);
    await this.#ended;
    clearTimeout(impatience);
    this.#forget();
  }

  #keep(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    for (const watcher of this.#watchers) watcher(line);
  }

  #laterLine(pattern: RegExp, signal: AbortSignal): Promise<RegExpExecArray> {
    return new Promise((resolve) => {
      const watcher = (line: string): void => {
        const match = pattern.exec(line);
        if (match) resolve(match);
      };
      this.#watchers.add(watcher);
      signal.addEventListener('abort', () => this.#watchers.delete(watcher));
    });
  }

  #timeout(signal: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const timer = setTimeout(() => {
        reject(this.#error(`did not answer within ${PATIENCE_MS / 1000} s`));
      }, PATIENCE_MS);
      signal.addEventListener('abort', () => clearTimeout(timer));
    });
  }

  #fail(what: string): never {
    throw this.#error(what);
  }

  #error(what: string): Error {
    return new Error(`${this.#name} ${what}. Its last lines:\n${this.output}`);
  }
}
