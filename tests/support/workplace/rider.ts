import { EventEmitter, once } from 'node:events';
import { TiedProcess, inRepository } from '@cardwright/stage';

const PROGRAM = inRepository('tests', 'support', 'workplace', 'ride-card.mjs');

/** PC/SC's answer to a rider while another program has the card exclusively (SCARD_E_SHARING_VIOLATION). */
export const SHARING_VIOLATION = 'refused 8010000b';

/** Uses of a card after which a program that was never refused is one that waits. */
const ENOUGH_USES = 200;

/** Another program that constantly tries to use the card without logging in. */
export class Rider {
  readonly #attempts: string[] = [];
  readonly #attempted = new EventEmitter();
  #program: TiedProcess | undefined;

  /** @param apdus the APDUs of each attempt, in hexadecimal */
  static async start(env: NodeJS.ProcessEnv, reader: string, apdus: readonly string[]): Promise<Rider> {
    const rider = new Rider();
    rider.#program = await TiedProcess.start(process.execPath, [PROGRAM, reader, ...apdus], {
      env,
      onLine: (line) => {
        rider.#attempts.push(line);
        rider.#attempted.emit('attempt');
      },
    });
    return rider;
  }

  /** The result of every attempt so far: the status words of its APDUs, or `refused` and the return code of PC/SC. */
  get attempts(): readonly string[] {
    return this.#attempts;
  }

  /** Waits for so many further attempts, and returns their results. */
  async nextAttempts(count: number): Promise<string[]> {
    // An attempt under way may have begun earlier.
    const from = this.#attempts.length + 1;
    while (this.#attempts.length < from + count) await once(this.#attempted, 'attempt');
    return this.#attempts.slice(from, from + count);
  }

  /**
   * Uses the card until so many further attempts have ended, and tells what came of them. A host that can't have the card alone
   * shares it: then the attempt under way waits as long as the host has the card, and there are none.
   */
  async attemptsBeside(use: () => Promise<unknown>, count: number): Promise<string[]> {
    const from = this.#attempts.length + 1;
    for (let uses = 0; uses < ENOUGH_USES && this.#attempts.length < from + count; uses += 1) await use();
    return this.#attempts.slice(from);
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
  }
}
