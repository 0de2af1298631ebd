import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { OperationAnswer, StartRequest } from '@cardwright/protocol/cms';
import { makeCard, type CardState, type Fault, type KeySource, type ProfileName } from '@cardwright/virtual-card';
import type { Client } from '../../../sdk/src/client.js';
import { connect } from '../../../sdk/src/connect.js';
import { runOperation, type OperationProgress } from '../../../sdk/src/operation.js';
import { SimulatedExtension, type User } from './extension.js';
import { Intruder } from './intruder.js';
import type { Keypad } from './keypad.js';
import { MovableClock } from './movable-clock.js';
import { MODEL_OF } from './profile-models.js';
import { PageOfCms, type Forge } from './page-of-cms.js';
import type { PcscProgram, PcscProgramOptions } from './pcsc-program.js';
import { ReaderBoard } from './reader-board.js';
import { SimulatedCard, type Ambush } from './simulated-card.js';
import type { SimulatedCms } from './simulated-cms.js';

const READER = 'Simulated Reader 00 00';
/** Milliseconds, a little more than a host waits before it tries again to take a card that another program has. */
const BETWEEN_TRIES = 250;
/** The PIN that the user chooses when the device is issued. */
export const FIRST_PIN = '739154';
/** The FIDO PIN that the user chooses, and types again wherever it is asked for. */
export const FIDO_PIN = 'kaefer-42';

/** The end of a page session. */
export type SessionEnd =
  | { readonly kind: 'answered'; readonly answer: OperationAnswer }
  | { readonly kind: 'refused'; readonly reason: string | null }
  | { readonly kind: 'error'; readonly error: CardwrightError };

/** The faults and ambushes of a session; APDUs count from `device.open` on. */
export interface Disturbance {
  readonly faults?: readonly Fault[];
  /** Creates the session's ambushes. */
  readonly ambushes?: (session: RunningSession) => readonly Ambush[];
  /** Runs when the page has listed the device, and before it opens it. */
  readonly beforeOpen?: () => Promise<void>;
  /** Runs when the operation has ended, and before the device is closed. */
  readonly beforeClose?: () => void;
}

/** Interventions in a running session. */
export interface RunningSession {
  /** Kills its host. */
  kill(): void;
  /** Closes its page, as a reload does. */
  leave(): void;
  /** Has another program use the card whenever no host has it. */
  intrude(): void;
}

type AnswerListener = (workplace: Workplace, answer: OperationAnswer) => Promise<void>;

export type WorkplaceOptions = {
  readonly cms: SimulatedCms;
  readonly keys: KeySource;
  readonly pin?: string;
  /** The device's current PIN, if the user is to choose another one. */
  readonly formerPin?: string | null;
  /** The FIDO PIN that the user chooses, if it is to be another one than `FIDO_PIN`. */
  readonly fidoPin?: string;
  readonly onAnswer?: AnswerListener;
  /** The keypad of the reader. */
  readonly keypad?: Keypad;
  /** Set when hosts trace their APDUs. */
  readonly apdus?: boolean;
} & ({ readonly profile: ProfileName } | { readonly state: CardState });

/** A user with a card in a reader, a browser, and a CMS. */
export class Workplace {
  /** Every message between extension and host, and the host's log, of all sessions. */
  readonly trace: string[] = [];
  /** Another program on the computer. */
  readonly intruder: Intruder;
  /** The user, who chooses the PIN and confirms an erasure. */
  user: User;
  /** Changes results as a lying page would. */
  forge: Forge = (outcomes) => outcomes;
  #apdusOfOperation = 0;
  #pin: string;

  private constructor(
    readonly cms: SimulatedCms,
    pin: string,
    readonly formerPin: string | null,
    /** The FIDO PIN that the user wants to end up with. */
    readonly fidoPin: string,
    readonly clock: MovableClock,
    private readonly board: ReaderBoard,
    readonly card: SimulatedCard,
    /** Receives each answer about an operation before the page does. */
    public onAnswer: AnswerListener,
    private readonly apdus: boolean,
  ) {
    this.#pin = pin;
    this.intruder = new Intruder(
      () => this.program(),
      () => card.state.pin.value,
    );
    this.user = {
      choosePin: (secret, { problem }) => {
        if (problem === 'PIN_REFUSED_BY_DEVICE') this.#pin = String(Number(this.#pin) + 1);
        if (secret === 'newPin' || formerPin === null) return this.#pin;
        // The former PIN is wrong, so the device has the new one already: nothing is left to do.
        return problem === 'PIN_INCORRECT' ? null : formerPin;
      },
      chooseFidoPin: (_question, secret) => (secret === 'newFidoPin' ? fidoPin : FIDO_PIN),
      confirms: ({ action }) => {
        // Any other card is overwritten and keeps its tries.
        if (action !== 'reset-fido' && MODEL_OF[card.state.profile] !== 'piv') card.beginErasure();
        return true;
      },
    };
  }

  /** Opens a workplace with a blank card of a profile, or with a card of the given memory. */
  static async open(options: WorkplaceOptions): Promise<Workplace> {
    const {
      cms,
      keys,
      pin = FIRST_PIN,
      formerPin = null,
      fidoPin = FIDO_PIN,
      onAnswer = () => Promise.resolve(),
      apdus = false,
    } = options;
    const state = 'state' in options ? options.state : await makeCard({ profile: options.profile });
    const clock = new MovableClock();
    // The clock moves once the host has set its timer.
    const board = new ReaderBoard([READER], () => void setImmediate(() => clock.advance(BETWEEN_TRIES)));
    board.slot(READER).keypad = options.keypad;
    const card = SimulatedCard.insert(board, READER, state, keys);
    return new Workplace(cms, pin, formerPin, fidoPin, clock, board, card, onAnswer, apdus);
  }

  /** The PIN that the user wants to end up with: another one than at first if the device refused that. */
  get pin(): string {
    return this.#pin;
  }

  /** The number of APDUs of the last successful operation, from `device.open` on. */
  get apdusOfOperation(): number {
    return this.#apdusOfOperation;
  }

  /** Starts another program that uses the card's reader. */
  program(options?: PcscProgramOptions): PcscProgram {
    return this.board.program(READER, options);
  }

  /** Runs a whole page session: chooses and opens the device, and relays the operation. */
  async session(kind: StartRequest['kind'], disturbance: Disturbance = {}): Promise<SessionEnd> {
    const { origin, keys } = this.cms;
    const extension = await SimulatedExtension.start({
      board: this.board,
      clock: this.clock,
      origin,
      cms: keys,
      user: this.user,
      onTrace: (line) => this.trace.push(line),
      apdus: this.apdus,
    });
    const client = await connect({ window: extension.window });
    try {
      return await this.#operate(kind, client, extension, disturbance);
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      return { kind: 'error', error };
    } finally {
      client.close();
      await extension.close();
    }
  }

  async #operate(
    kind: StartRequest['kind'],
    client: Client,
    extension: SimulatedExtension,
    { faults = [], ambushes = () => [], beforeOpen, beforeClose }: Disturbance,
  ): Promise<SessionEnd> {
    const page = new PageOfCms(
      this.cms,
      (answer) => this.onAnswer(this, answer),
      (outcomes) => this.forge(outcomes),
    );
    const { devices } = await client.call('device.list', {});
    const [listed] = devices;
    if (!listed) throw new CardwrightError('DEVICE_NOT_FOUND');
    const [verdict] = await page.eligibility(kind, devices);
    if (!verdict?.action) return { kind: 'refused', reason: verdict?.reason ?? null };
    const running: RunningSession = {
      kill: () => void extension.kill(),
      leave: () => {
        client.close();
        void extension.close();
      },
      intrude: () => void this.intruder.lurk(),
    };
    await beforeOpen?.();
    this.card.arm(faults, ambushes(running));
    const { device } = await client.call('device.open', { device: listed.id });
    const onStatus = ({ turn }: OperationProgress): void => {
      if (turn === 'reinsert') this.card.reinsert();
    };
    const subject = await this.cms.firstPasskey();
    const order = { cms: page.operations, client, kind, device, subject, timing: this.clock, onStatus };
    const answer = await runOperation(order);
    this.#apdusOfOperation = this.card.arrived;
    this.card.disarm();
    beforeClose?.();
    await client.call('device.close', {});
    return { kind: 'answered', answer };
  }
}
