import { EventEmitter, once } from 'node:events';
import { TiedProcess, inRepository } from '@cardwright/stage';

const PROGRAM = inRepository('tests', 'support', 'workplace', 'ride-card.mjs');

/** PC/SC's answer to a rider while another program has the card exclusively (SCARD_E_SHARING_VIOLATION). */
export const SHARING_VIOLATION = 'refused 8010000b';

/** The line that the program prints once it is connected to the card. */
const CONNECTED = 'connected';
/** Number of uses of a card after which a connected program without an answer counts as waiting. */
const ENOUGH_USES = 3;

/** Another program that constantly tries to use the card without logging in. */
export class Rider {
  readonly #attempts: string[] = [];
  readonly #heard = new EventEmitter();
  #isConnected = false;
  #program: TiedProcess | undefined;

  /** @param apdus the APDUs of each attempt, in hexadecimal */
  static async start(env: NodeJS.ProcessEnv, reader: string, apdus: readonly string[]): Promise<Rider> {
    const rider = new Rider();
    rider.#program = await TiedProcess.start(process.execPath, [PROGRAM, reader, ...apdus], {
      env,
      onLine: (line) => {
        rider.#isConnected = line === CONNECTED;
        if (line !== CONNECTED) rider.#attempts.push(line);
        rider.#heard.emit('line');
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
    while (this.#attempts.length < from + count) await once(this.#heard, 'line');
    return this.#attempts.slice(from, from + count);
  }

  /**
   * Waits for the results of further attempts while a host uses the card. If the host cannot have the card alone, it shares it. Then the
   * attempt under way waits until the host releases the card, and there are no results.
   *
   * @param use uses the card in the host
   * @returns the results of `count` attempts, or of fewer where the program waits
   */
  async attemptsBeside(use: () => Promise<unknown>, count: number): Promise<string[]> {
    const from = this.#attempts.length + 1;
    while (this.#attempts.length < from + count && !(await this.#waitsDuring(use))) await once(this.#heard, 'line');
    return this.#attempts.slice(from);
  }

  /** True if the program is connected, and gets no answer while the card is used. */
  async #waitsDuring(use: () => Promise<unknown>): Promise<boolean> {
    const before = this.#attempts.length;
    for (let uses = 0; uses < ENOUGH_USES && this.#isConnected; uses += 1) await use();
    return this.#isConnected && this.#attempts.length === before;
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
  }
}
