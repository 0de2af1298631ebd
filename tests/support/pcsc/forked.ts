import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { until } from '@cardwright/stage';

export interface Refusal {
  readonly code: number | undefined;
  readonly message: string;
}

/** The refusal of a separate program. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }

  get code(): number | undefined {
    return this.refusal.code;
  }
}

interface Told {
  readonly id?: number;
  readonly event?: string;
  readonly result?: unknown;
  readonly error?: Refusal;
}

/** A program in a separate process, because the PC/SC library reads the service's socket name once in each process. */
export class Forked {
  readonly events: Record<string, unknown>[] = [];
  /** Called with each event from now on. */
  onEvent: (event: Record<string, unknown>) => void = () => undefined;
  readonly #child: ChildProcess;
  readonly #answers = new EventEmitter();
  #calls = 0;

  private constructor(program: string, env: NodeJS.ProcessEnv) {
    this.#child = fork(program, [], { env, execArgv: [] });
    this.#child.on('message', (told: Told & Record<string, unknown>) => {
      if (told.event === undefined) this.#answers.emit(String(told.id), told);
      else {
        this.events.push(told);
        this.onEvent(told);
      }
    });
  }

  static async start(program: string, env: NodeJS.ProcessEnv): Promise<Forked> {
    const forked = new Forked(program, env);
    await forked.told(({ event }) => event === 'ready', 'ready');
    return forked;
  }

  /** @throws Refused */
  async call(method: string, ...args: readonly unknown[]): Promise<unknown> {
    this.#calls += 1;
    const id = this.#calls;
    const answered = once(this.#answers, String(id));
    this.#child.send({ id, method, args });
    const [{ result, error }] = (await answered) as [Told];
    if (error) throw new Refused(error);
    return result;
  }

  /** Waits for a matching event, or returns an earlier one. */
  async told(isLike: (event: Record<string, unknown>) => boolean, what: string): Promise<void> {
    await until(() => this.events.some(isLike), { what });
  }

  /** Kills it, as a crash does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended();
  }

  /** Resolves with its exit code or signal. */
  async ended(): Promise<number | string | null> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode ?? this.#child.signalCode;
  }
}
