import { KeyObject } from 'node:crypto';
import type { DeviceInfo, Slot } from '@cardwright/protocol';
import {
  blankCard,
  Card,
  Chip,
  type CardState,
  type Fault,
  FaultyCard,
  type ProfileName,
  type StoredKey,
} from '@cardwright/virtual-card';
import { copyOf } from '../../simulation/support/card-copy.js';
import { ReaderBoard } from '../../simulation/support/reader-board.js';
import type { AttestationAuthority } from '../../integration/portal/support/attestation-authority.js';
import {
  readCertificates,
  readGuid,
  readKeys,
  readManagementKey,
  readObjects,
  readSecret,
  writeManagementKey,
  writeSecret,
  type HeldManagementKey,
} from './card-memory.js';
import { lookAtCard } from './look-at-card.js';

const READER = 'Test reader 00 00';
const GENERAL_AUTHENTICATE = 0x87;
const MANAGEMENT_KEY = 0x9b;
/** GENERAL AUTHENTICATE that asks for a witness has no more; one that answers it has (SP 800-73-4 Part 2, A.1.1). */
const BYTES_OF_QUESTION = 5 + 4 + 1;
const RESET = 0xfb;

type Model = 'yubikey' | 'piv' | 'fido2';

/** Of a session with the card, which only one page has at a time. */
interface Holder {
  release(): Promise<void>;
}

/** A virtual card in a reader of its own. A test reads its memory and changes it; hosts see it through the reader. */
export class TestCard {
  readonly state: CardState;
  readonly board = new ReaderBoard([READER]);
  /** The session that has the card now. */
  holder: Holder | undefined;
  /** How often a management key was tried. */
  managementTries = 0;
  erasures = 0;
  #chip: Chip | undefined;
  #faulty: FaultyCard | undefined;
  #gone = new AbortController();
  #fewestPukTries: number;
  #turn: Promise<unknown> = Promise.resolve();

  /** @param attestation who vouches for the keys of a YubiKey; null for one that attests nothing */
  constructor(
    readonly model: Model,
    readonly serial: string | null,
    readonly attestation: AttestationAuthority | null,
    profile: ProfileName = profileOf(model, serial, attestation),
  ) {
    this.state = blankCard(
      { profile, serial: serial === null ? undefined : Number(serial) },
      attestation
        ? {
            privateKey: KeyObject.from(attestation.intermediateKey).export({ type: 'pkcs8', format: 'der' }),
            certificate: Buffer.from(attestation.intermediate.rawData),
          }
        : undefined,
    );
    this.#fewestPukTries = this.pukTries;
    this.insert();
  }

  get pin(): string {
    return readSecret(this.state.pin);
  }

  set pin(pin: string) {
    writeSecret(this.state.pin, pin);
  }

  get isPinBlocked(): boolean {
    return this.state.pin.triesLeft === 0;
  }

  /** Someone uses up the tries of its PIN. */
  blockPin(): void {
    this.state.pin.triesLeft = 0;
  }

  get puk(): string {
    return readSecret(this.state.puk);
  }

  set puk(puk: string) {
    writeSecret(this.state.puk, puk);
  }

  get pukTries(): number {
    return this.state.puk.triesLeft;
  }

  set pukTries(tries: number) {
    this.state.puk.triesLeft = tries;
  }

  /** The fewest tries that its PUK ever had. */
  get fewestPukTries(): number {
    return this.#fewestPukTries;
  }

  get managementKey(): HeldManagementKey {
    return readManagementKey(this.state);
  }

  set managementKey(key: HeldManagementKey) {
    writeManagementKey(this.state, key);
  }

  /** CHUID and CCC, base64url. */
  get objects(): ReadonlyMap<string, string> {
    return readObjects(this.state);
  }

  /** DER, base64url. */
  get certificates(): ReadonlyMap<Slot, string> {
    return readCertificates(this.state);
  }

  get keys(): ReadonlyMap<Slot, StoredKey> {
    return readKeys(this.state);
  }

  get guid(): string | null {
    return readGuid(this.state);
  }

  /** What a host lists of a card with this memory, under another id; the card itself is not asked. */
  async describe(id: string): Promise<DeviceInfo> {
    const board = new ReaderBoard([READER]);
    board.insert(READER, newChip(copyOf(this.state)));
    return { ...(await lookAtCard(board)), id };
  }

  /** Does something while nobody else uses the reader. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Puts it into its reader; nothing where it is there. */
  insert(): void {
    if (this.#chip && !this.#gone.signal.aborted) return;
    this.#gone = new AbortController();
    const chip = newChip(this.state);
    this.#chip = chip;
    this.#faulty = undefined;
    this.board.insert(READER, {
      atr: chip.atr,
      reset: () => chip.reset(),
      transmit: (apdu) => this.#transmit(chip, apdu),
    });
  }

  pull(): void {
    this.#gone.abort();
    this.board.remove(READER);
  }

  /** From now on commands are counted, and one of them meets this. */
  arm(fault: Fault): void {
    if (!this.#chip) throw new Error('there is no card to arm');
    this.#faulty = new FaultyCard(this.#chip, [fault], {
      gone: this.#gone.signal,
      pull: () => {
        this.pull();
        return Promise.resolve();
      },
    });
  }

  async #transmit(chip: Chip, apdu: Buffer): Promise<Buffer | undefined> {
    const answer = await (this.#faulty ?? chip).transmit(apdu);
    const [, ins, , p2] = apdu;
    if (ins === GENERAL_AUTHENTICATE && p2 === MANAGEMENT_KEY && apdu.length > BYTES_OF_QUESTION)
      this.managementTries += 1;
    if (ins === RESET && answer?.toString('hex') === '9000') this.erasures += 1;
    this.#fewestPukTries = Math.min(this.#fewestPukTries, this.pukTries);
    return answer;
  }
}

function newChip(state: CardState): Chip {
  return new Chip(new Card(state), (defect) => {
    throw new Error('the virtual card has a defect', { cause: defect });
  });
}

function profileOf(model: Model, serial: string | null, attestation: AttestationAuthority | null): ProfileName {
  if (model === 'piv') return 'piv';
  if (model === 'fido2') return serial === null ? 'fido-key' : 'fido-key-serial';
  return attestation ? 'yubikey' : 'yubikey-no-f9';
}
