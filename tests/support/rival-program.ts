import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { TiedProcess } from '@cardwright/demo';

const HOLD_CARD = fileURLToPath(new URL('hold-card.mjs', import.meta.url));
const RIDER = fileURLToPath(new URL('rider.mjs', import.meta.url));

/** A reader, and the environment in which a program sees it. */
export interface Target {
  readonly env: NodeJS.ProcessEnv;
  readonly reader: string;
}

/** Another program has the card of a reader, until `letGo`. */
export async function holdCard({ env, reader }: Target, mode: 'exclusive' | 'shared') {
  const program = await TiedProcess.start(process.execPath, [HOLD_CARD, reader, mode], { env });
  await program.line(/^holding$/);
  return { letGo: () => program.stop() };
}

/** Another program tries all the time to use the card, without logging in. */
export class Rider {
  readonly #attempts: string[] = [];
  readonly #attempted = new EventEmitter();
  #program: TiedProcess | undefined;

  /** @param apdus what it sends each time, in hexadecimal */
  static async start({ env, reader }: Target, apdus: readonly string[]): Promise<Rider> {
    const rider = new Rider();
    rider.#program = await TiedProcess.start(process.execPath, [RIDER, reader, ...apdus], {
      env,
      onLine: (line) => {
        rider.#attempts.push(line);
        rider.#attempted.emit('attempt');
      },
    });
    return rider;
  }

  /**
   * What comes of the next attempts: the status words of each, or `refused` and the return code of PC/SC. Waits for as
   * many, and then forgets them.
   */
  async nextAttempts(count: number): Promise<string[]> {
    // One that is under way may have begun before.
    await this.#wait(this.#attempts.length + 1);
    this.#attempts.length = 0;
    await this.#wait(count);
    return this.#attempts.slice(0, count);
  }

  async stop(): Promise<void> {
    await this.#program?.stop();
  }

  async #wait(count: number): Promise<void> {
    while (this.#attempts.length < count) await once(this.#attempted, 'attempt');
  }
}
