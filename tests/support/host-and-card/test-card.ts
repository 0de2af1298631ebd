import { KeyObject } from 'node:crypto';
import type { DeviceInfo, KeySlot, Slot } from '@cardwright/protocol/devices';
import {
  blankCard,
  Card,
  Chip,
  type CardState,
  type Circumstances,
  type Fault,
  FaultyCard,
  type ProfileName,
  type StoredKey,
} from '@cardwright/virtual-card';
import { copyOf } from '../../simulation/support/copied-state.js';
import { ReaderBoard } from '../../simulation/support/reader-board.js';
import type { AttestationAuthority } from '../../integration/portal/support/attestation-authority.js';
import { dealtKeys } from '../rsa-keys.js';
import { CardFido } from './card-fido.js';
import {
  readCertificates,
  readGuid,
  readKeys,
  readManagementKey,
  readObjects,
  readRetired,
  readSecret,
  secretIn,
  truncateCertificate,
  writeManagementKey,
  writeSecret,
  type HeldManagementKey,
  type RetiredKey,
} from './card-memory.js';
import { lookAtCard } from './host-wire.js';

const GENERAL_AUTHENTICATE = 0x87;
const MANAGEMENT_KEY = 0x9b;
/** The data length of a GENERAL AUTHENTICATE that requests a witness; an answer is longer (SP 800-73-4 Part 2, A.1.1). */
const QUESTION = 4;
const RESET = 0xfb;
const CHANGE_REFERENCE_DATA = 0x24;
const PUK = 0x81;
/** Bytes of a command's header with Lc, and of a PIN or PUK. */
const HEAD = 5;
const SECRET = 8;

/** YubiKeys whose FIDO2 application is reached over NFC alone, unlike PIV. */
const OVER_NFC: readonly ProfileName[] = ['yubikey', 'yubikey-5.4', 'yubikey-5.7.2', 'yubikey-no-f9'];

type Model = 'yubikey' | 'piv' | 'fido2';

/** The session that has the card; only one page has it at a time. */
interface Holder {
  release(): Promise<void>;
}

/** Number of cards so far. Each has its own reader, which identifies a blank card without a name. */
let cards = 0;

/** A virtual card in its own reader. A test reads and changes its memory; hosts see it through the reader. */
export class TestCard {
  readonly state: CardState;
  readonly #reader = `Test reader 00 ${String((cards += 1)).padStart(2, '0')}`;
  readonly board = new ReaderBoard([this.#reader]);
  /** Its FIDO2 application, if it has one. */
  readonly fido: CardFido;
  /** The session that holds the card now. */
  holder: Holder | undefined;
  /** The number of tries of a management key. */
  managementTries = 0;
  /** Each PUK that was used to set another one. */
  readonly triedPuks: string[] = [];
  /** The number of erasures by a host. */
  erasures = 0;
  #chip: Chip | undefined;
  #faulty: FaultyCard | undefined;
  #gone = new AbortController();
  #fewestPukTries: number;
  #turn: Promise<unknown> = Promise.resolve();

  /**
   * @param attestation the authority that attests a YubiKey's keys; null for a card without attestations
   * @param memory the memory of another card of this kind, which is copied; a blank card by default
   */
  constructor(
    readonly model: Model,
    readonly serial: string | null,
    readonly attestation: AttestationAuthority | null,
    profile: ProfileName = profileOf(model, serial, attestation),
    memory?: CardState,
  ) {
    this.state = memory ? copyOf(memory) : this.#blank(profile);
    this.fido = new CardFido(this.state);
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

  set isPinBlocked(isBlocked: boolean) {
    this.state.pin.triesLeft = isBlocked ? 0 : this.state.pin.tries;
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

  /** The fewest tries that its PUK ever had left. */
  get fewestPukTries(): number {
    return this.#fewestPukTries;
  }

  get managementKey(): HeldManagementKey {
    return readManagementKey(this.state);
  }

  set managementKey(key: HeldManagementKey) {
    writeManagementKey(this.state, key);
  }

  /** CCC, CHUID, security object and Key History, base64url. */
  get objects(): ReadonlyMap<string, string> {
    return readObjects(this.state);
  }

  /** DER, base64url. */
  get certificates(): ReadonlyMap<Slot, string> {
    return readCertificates(this.state);
  }

  /** Leaves the beginning of a slot's certificate, as a pull in the middle of writing can. */
  damageCertificate(slot: Slot): void {
    truncateCertificate(this.state, slot);
  }

  get keys(): ReadonlyMap<Slot, StoredKey> {
    return readKeys(this.state);
  }

  /** The retired slots (82 to 95) that hold a key or a certificate. */
  get retired(): ReadonlyMap<KeySlot, RetiredKey> {
    return readRetired(this.state);
  }

  get guid(): string | null {
    return readGuid(this.state);
  }

  /** Resets it as another program can (Yubico's RESET, INS FB). */
  erase(): void {
    const { state } = this;
    const { pin, puk, managementKey, keys, objects } = this.#blank(state.profile);
    Object.assign(state.pin, pin);
    Object.assign(state.puk, puk);
    Object.assign(state.managementKey, managementKey);
    for (const [kept, made] of [
      [state.keys, keys],
      [state.objects, objects],
    ] as const) {
      for (const name of kept.keys()) if (!made.has(name)) kept.delete(name);
    }
  }

  /** Lists a copy of the card under another id; the card itself gets no command. */
  async describe(id: string): Promise<DeviceInfo> {
    const board = new ReaderBoard([this.#reader]);
    board.insert(this.#reader, newChip(copyOf(this.state)));
    return { ...(await lookAtCard(board)), id };
  }

  /** Returns the reader in which a browser reaches its FIDO2 application: its own, or one over NFC if contacts do not reach it. */
  readerOfBrowser(): { readonly board: ReaderBoard; readonly reader: string } {
    if (!OVER_NFC.includes(this.state.profile)) return { board: this.board, reader: this.#reader };
    const board = new ReaderBoard([this.#reader]);
    board.insert(this.#reader, newChip(this.state, { contactless: true }));
    return { board, reader: this.#reader };
  }

  /** Runs work while nobody else uses the reader. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Inserts the card; does nothing if it is in its reader. */
  insert(): void {
    if (this.#chip && !this.#gone.signal.aborted) return;
    this.#gone = new AbortController();
    const chip = newChip(this.state);
    this.#chip = chip;
    this.#faulty = undefined;
    this.board.insert(this.#reader, {
      atr: chip.atr,
      reset: () => chip.reset(),
      transmit: (apdu) => this.#transmit(chip, apdu),
    });
  }

  pull(): void {
    this.#gone.abort();
    this.board.remove(this.#reader);
  }

  /** Removes and inserts the card, as its user does. */
  reinsert(): void {
    this.pull();
    this.insert();
  }

  /** Arms a fault, which hits one of the commands counted from now on. */
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

  /** Returns the card's memory in its factory state. */
  #blank(profile: ProfileName): CardState {
    const { attestation, serial } = this;
    return blankCard(
      { profile, serial: serial === null ? undefined : Number(serial) },
      attestation
        ? {
            privateKey: KeyObject.from(attestation.intermediateKey).export({ type: 'pkcs8', format: 'der' }),
            certificate: Buffer.from(attestation.intermediate.rawData),
          }
        : undefined,
    );
  }

  async #transmit(chip: Chip, apdu: Buffer): Promise<Buffer | undefined> {
    const [, ins, , p2] = apdu;
    if (ins === CHANGE_REFERENCE_DATA && p2 === PUK) this.triedPuks.push(secretIn(apdu.subarray(HEAD, HEAD + SECRET)));
    const answer = await (this.#faulty ?? chip).transmit(apdu);
    if (ins === GENERAL_AUTHENTICATE && p2 === MANAGEMENT_KEY && apdu.length > HEAD + QUESTION + 1)
      this.managementTries += 1;
    if (ins === RESET && answer?.toString('hex') === '9000') this.erasures += 1;
    this.#fewestPukTries = Math.min(this.#fewestPukTries, this.pukTries);
    return answer;
  }
}

function newChip(state: CardState, circumstances: Circumstances = {}): Chip {
  return new Chip(new Card(state, circumstances, dealtKeys), (defect) => {
    throw new Error('the virtual card has a defect', { cause: defect });
  });
}

function profileOf(model: Model, serial: string | null, attestation: AttestationAuthority | null): ProfileName {
  if (model === 'piv') return 'piv';
  if (model === 'fido2') return serial === null ? 'fido-key' : 'fido-key-serial';
  return attestation ? 'yubikey' : 'yubikey-no-f9';
}
