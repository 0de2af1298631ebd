import { createDecipheriv, randomBytes } from 'node:crypto';
import { CardwrightError, decodeBytes, encodeBytes, type ErrorCode } from '@cardwright/protocol';
import type { DiagnosticCheck } from '@cardwright/protocol/command-definitions';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { sessionIdOf, type Progress } from '@cardwright/protocol/messages';
import type { HostPolicy } from '@cardwright/protocol/policy';
import type { Purpose } from '@cardwright/protocol/sealing';
import type { StepCommand, StepPayload } from '@cardwright/protocol/steps';
import {
  makeCard,
  type CardInReader,
  type CardState,
  type Circumstances,
  type ProfileName,
} from '@cardwright/virtual-card';
import type { Client } from '../../../sdk/src/client.js';
import { connect } from '../../../sdk/src/connect.js';
import { SimulatedExtension, type User } from '../support/extension.js';
import { KeyPool } from '../support/key-pool.js';
import type { Keypad } from '../support/keypad.js';
import { MovableClock } from '../support/movable-clock.js';
import { SimulatedCard } from '../support/simulated-card.js';
import { FaultyReaders } from './faulty-readers.js';
import { ORIGIN, SigningCms, type Bound } from './signing-cms.js';

export const READER = 'Simulated Reader 00 00';
/** The ciphers of the algorithms that factory management keys have; lengths in bytes. */
const CIPHERS = {
  '3DES': { name: 'des-ede3-ecb', block: 8 },
  'AES-192': { name: 'aes-192-ecb', block: 16 },
} as const;
const FACTORY_KEY = Buffer.from('0102030405060708'.repeat(3), 'hex');

const pool = new KeyPool();
const cms = await SigningCms.create();

export interface BenchOptions {
  readonly profile?: ProfileName;
  /** The names of the readers; the card is in the first. */
  readonly readers?: readonly string[];
  /** Changes the blank card into the one that the case needs. */
  readonly prepare?: (state: CardState) => void;
  /** The card in the first reader, instead of one of a profile. */
  readonly chip?: CardInReader;
  readonly pin?: string;
  /** The keypad of the first reader. */
  readonly keypad?: Keypad;
  /** The user's deviations from the default. */
  readonly user?: Partial<User>;
  /** The reader and the touches of the card. Its clock is the bench's. */
  readonly circumstances?: Circumstances;
  readonly relyingParties?: readonly string[];
  /** The administrator's policy for the host. */
  readonly policy?: HostPolicy;
  /** Set when the host traces its APDUs. */
  readonly apdus?: boolean;
  /** Names the computer's other programs. */
  readonly cardUsers?: () => readonly string[];
}

/** A page with the sdk, the extension's relay, a host of its own, a card in a reader, and a CMS that signs any step it is given. */
export class Bench {
  #device: DeviceInfo | undefined;
  /** The progress that the page received while steps ran. */
  readonly progress: Progress['kind'][] = [];

  private constructor(
    readonly readers: FaultyReaders,
    readonly clock: MovableClock,
    readonly client: Client,
    private readonly extension: SimulatedExtension,
    private readonly inserted: SimulatedCard | undefined,
    /** Every message between extension and host, and the host's log. */
    readonly trace: readonly string[],
  ) {}

  static async open(options: BenchOptions = {}): Promise<Bench> {
    const { readers: names = [READER], chip, pin = '739154' } = options;
    const readers = new FaultyReaders(names);
    if (chip) readers.board.insert(READER, chip);
    if (options.keypad) readers.board.slot(READER).keypad = options.keypad;
    const clock = new MovableClock();
    const card = chip || names.length === 0 ? undefined : await insert(readers, clock, options);
    const user: User = { choosePin: () => pin, confirms: () => true, ...options.user };
    const trace: string[] = [];
    const { apdus, relyingParties, policy, cardUsers } = options;
    const extension = await SimulatedExtension.start({
      board: readers,
      clock,
      origin: ORIGIN,
      cms: cms.keys,
      user,
      onTrace: (line) => trace.push(line),
      ...(apdus === undefined ? {} : { apdus }),
      ...(relyingParties ? { relyingParties } : {}),
      ...(policy ? { policy } : {}),
      ...(cardUsers ? { cardUsers } : {}),
    });
    return new Bench(readers, clock, await connect({ window: extension.window }), extension, card, trace);
  }

  get card(): SimulatedCard {
    if (!this.inserted) throw new Error('there is no card');
    return this.inserted;
  }

  /** Takes the card out and puts another one in. */
  async exchange(options: BenchOptions = {}): Promise<void> {
    this.card.pull();
    await insert(this.readers, this.clock, options);
  }

  /** Returns the only listed device. */
  async listed(): Promise<DeviceInfo> {
    const { devices } = await this.client.call('device.list', {});
    const [device] = devices;
    if (!device) throw new Error('no device is listed');
    return device;
  }

  async openDevice(): Promise<DeviceInfo> {
    const { id } = await this.listed();
    this.#device = (await this.client.call('device.open', { device: id })).device;
    return this.#device;
  }

  /** Finds the check that failed with this code, among those that a page can run. */
  async failedCheck(code: ErrorCode): Promise<DiagnosticCheck | undefined> {
    const { checks } = await this.client.call('diagnostics.run', {});
    return checks.find((check) => check.outcome === 'failed' && check.code === code);
  }

  /**
   * Runs a step in the host on the open device; opens the device first if necessary.
   *
   * @returns the results
   * @throws CardwrightError the reason why the host refused the step, or the error of the command that failed
   */
  async run(
    commands: readonly StepCommand[],
    change?: Partial<StepPayload>,
    signal?: AbortSignal,
  ): Promise<Record<string, unknown>[]> {
    const jws = await cms.sign(await this.#bound(), [...commands], change);
    const onProgress = ({ kind }: Progress): void => void this.progress.push(kind);
    const { outcomes } = await this.client.call('step.run', { jws }, { onProgress, ...(signal && { signal }) });
    return outcomes.map((outcome) => {
      if ('error' in outcome) throw CardwrightError.fromWire(outcome.error);
      return outcome.result;
    });
  }

  /** Seals a secret to this host, as the CMS does. */
  async sealed(purpose: Purpose, text: string) {
    return cms.seal(await this.#bound(), purpose, text);
  }

  /** Authenticates with the factory's management key. */
  async proveManagementKey(algorithm: keyof typeof CIPHERS): Promise<void> {
    const [asked] = await this.run([{ method: 'managementKey.getChallenge', params: { algorithm } }]);
    const { name, block } = CIPHERS[algorithm];
    const witness = createDecipheriv(name, FACTORY_KEY, null).setAutoPadding(false);
    const response = encodeBytes(Buffer.concat([witness.update(decodeBytes(String(asked?.witness))), witness.final()]));
    const challenge = encodeBytes(randomBytes(block));
    await this.run([
      { method: 'managementKey.authenticate', params: { algorithm, response, challenge, nextAlgorithm: null } },
    ]);
  }

  async close(): Promise<void> {
    this.client.close();
    await this.extension.close();
  }

  async #bound(): Promise<Bound> {
    const { key } = this.client.session.session;
    const device = this.#device ?? (await this.openDevice());
    return { session: await sessionIdOf(key), key, device };
  }
}

/** Puts a card of a profile into the first reader. */
async function insert(
  { board }: FaultyReaders,
  clock: MovableClock,
  { profile = 'yubikey', readers: [reader = READER] = [], prepare, circumstances }: BenchOptions = {},
): Promise<SimulatedCard> {
  const state = await makeCard({ profile });
  prepare?.(state);
  return SimulatedCard.insert(board, reader, state, pool.source(), { clock, ...circumstances });
}
