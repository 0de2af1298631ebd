import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRepository, startPrivatePcscd, until, type PrivatePcscd } from '@cardwright/stage';
import { insertCard, parseFault, type CardInReader, type VirtualCard } from '@cardwright/virtual-card';
import { VpcdConnection } from '../../../virtual-card/src/vpcd/vpcd-connection.js';
import { Forked } from './forked.js';

const BINDING = inRepository('tests', 'support', 'pcsc', 'binding-process.mjs');
const PROGRAM = inRepository('tests', 'support', 'pcsc', 'program-process.mjs');

/** A real pcscd with virtual readers, and the processes that use it. */
export class PcscDesk {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cardwright-pcsc-'));
  readonly #processes: Forked[] = [];
  readonly #cards: { pull(): Promise<unknown> }[] = [];
  #made = 0;

  private constructor(
    readonly pcscd: PrivatePcscd,
    private readonly readers: number,
  ) {}

  static async open(readers = 2): Promise<PcscDesk> {
    return new PcscDesk(await startPrivatePcscd({ readers }), readers);
  }

  /** Returns the name of a reader. */
  reader(index = 0): string {
    const reader = this.pcscd.readers[index];
    if (!reader) throw new Error('there is no such reader');
    return reader.name;
  }

  /** Starts a process with a binding that nobody has opened. */
  freshBinding(): Promise<Forked> {
    return this.#start(BINDING);
  }

  /** Starts a process with a binding that watches in the context `main`. */
  async binding(): Promise<Forked> {
    const binding = await this.freshBinding();
    await binding.call('open', 'main');
    return binding;
  }

  /** Starts another program. @param env further environment variables of it */
  program(env: NodeJS.ProcessEnv = {}): Promise<Forked> {
    return this.#start(PROGRAM, env);
  }

  async insert({ index = 0, faults = [] }: { index?: number; faults?: readonly string[] } = {}): Promise<VirtualCard> {
    this.#made += 1;
    const card = await insertCard({
      port: this.#port(index),
      profile: 'yubikey',
      stateFile: path.join(this.#folder, `card-${this.#made}`),
      faults: faults.map(parseFault),
    });
    this.#cards.push(card);
    return card;
  }

  /** Inserts a card that this process plays. */
  async insertPlayed(card: CardInReader, index = 0): Promise<void> {
    const connection = await VpcdConnection.open(this.#port(index), '127.0.0.1', card);
    this.#cards.push({ pull: () => connection.close() });
  }

  /** Inserts a card that answers APDUs with this function. */
  async insertAnswering(answer: (apdu: Buffer) => Buffer, index = 0): Promise<void> {
    await this.insertPlayed(
      {
        atr: Buffer.from('3B8D80018073C021C057597562694B6579F9', 'hex'),
        reset: () => undefined,
        transmit: (apdu) => Promise.resolve(answer(apdu)),
      },
      index,
    );
  }

  /** Ends all processes and takes out all cards. */
  async clear(): Promise<void> {
    for (const process of this.#processes.splice(0)) await process.kill();
    for (const card of this.#cards.splice(0)) await card.pull();
    await this.pcscd.restart({ readers: this.readers });
  }

  async close(): Promise<void> {
    await this.pcscd.stop();
    rmSync(this.#folder, { recursive: true });
  }

  #port(index: number): number {
    return this.pcscd.readers[index]?.port ?? 0;
  }

  async #start(program: string, env: NodeJS.ProcessEnv = {}): Promise<Forked> {
    const forked = await Forked.start(program, { ...this.pcscd.env, ...env });
    this.#processes.push(forked);
    return forked;
  }
}

/** Waits until the latest status of a reader that a binding reported matches. */
export async function statusIs(binding: Forked, reader: string, status: Record<string, unknown>): Promise<void> {
  const isLike = (): boolean => {
    const last = binding.events.findLast((event) => event.event === 'status' && event.reader === reader);
    return last !== undefined && Object.entries(status).every(([name, value]) => last[name] === value);
  };
  await until(isLike, { what: `the status ${JSON.stringify(status)}` });
}
