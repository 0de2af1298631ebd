import { createHash, randomInt } from 'node:crypto';
import {
  CardwrightError,
  encodeBytes,
  isCardwrightError,
  isTrivialPin,
  type EscrowContent,
  type ManagementKeyAlgorithm,
} from '@cardwright/protocol';
import { authenticateManagementKey, makeManagementKey } from '../applets/piv/management-key.js';
import type { ManagementKey } from '../applets/piv/objects.js';
import type { PivSession } from '../applets/piv/piv-session.js';
import { requireTries } from './pin-use.js';

const PUK_LENGTH = 8;

export interface PrepareOptions {
  /** Null where the card keeps its management key. */
  readonly managementKey: ManagementKeyAlgorithm | null;
  /** Null where the card keeps its PIN. */
  readonly pinLength: number | null;
  /** Seals to the CMS: compact JWE. */
  readonly seal: (plaintext: Uint8Array) => Promise<string>;
}

/** The part of an escrow that the CMS gives back to a host. */
export interface StoredSecrets {
  readonly puk: Uint8Array;
  /** Null where the escrow has none. */
  readonly pin: Uint8Array | null;
}

/**
 * New credentials that exist only here and, sealed, at the CMS: made here, or in an earlier session and given back by it. The card gets them after the CMS has shown, by the digest,
 * that it stored the escrow, so no secret is ever on a card and nowhere else.
 */
export class PreparedCredentials {
  #pukApplied = false;
  #applied = false;
  /** Whether the card refused a PUK since it was given back its tries. */
  #hasSpentTry = false;

  private constructor(
    private readonly managementKey: ManagementKey | null,
    private readonly puk: Uint8Array,
    /** The initial PIN; null where the card keeps its PIN. */
    readonly pin: Uint8Array | null,
    /** SHA-256 over the escrow's ASCII, base64url. */
    readonly digest: string,
  ) {}

  /** Makes them from the system's random source and seals them: `escrow` is a compact JWE. The card is not asked. */
  static async prepare(options: PrepareOptions): Promise<{ credentials: PreparedCredentials; escrow: string }> {
    const managementKey = options.managementKey && makeManagementKey(options.managementKey);
    const puk = randomDigits(PUK_LENGTH);
    const pin = options.pinLength === null ? null : randomDigits(options.pinLength);
    const content: EscrowContent = {
      managementKey: managementKey && { algorithm: managementKey.algorithm, key: encodeBytes(managementKey.key) },
      puk,
      pin,
    };
    const escrow = await options.seal(ascii(JSON.stringify(content)));
    const digest = createHash('sha256').update(escrow, 'ascii').digest('base64url');
    return {
      credentials: new PreparedCredentials(managementKey, ascii(puk), pin === null ? null : ascii(pin), digest),
      escrow,
    };
  }

  /** Takes them back, without the management key: the card has it already, or keeps the one that it had. */
  static restore(digest: string, { puk, pin }: StoredSecrets): PreparedCredentials {
    return new PreparedCredentials(null, puk, pin, digest);
  }

  /**
   * Writes them to the card in the order management key, PUK, PIN, and verifies each: an interrupted issuance can be
   * resumed because whatever comes first opens what comes later. Repeated, it continues where it stopped.
   *
   * @param puk what the card should have now. It is the only one that is tried: which other one it may be, and whether that
   * may be tried too, only the CMS can say, which remembers what earlier sessions tried.
   * @throws CardwrightError `ESCROW_MISMATCH`, `PUK_INCORRECT`, `PUK_BLOCKED`, `LAST_TRY`, `NOT_AUTHENTICATED`; `CARD_ERROR` where the
   * card said that it took the new PUK, and did not
   */
  async apply(piv: PivSession, digest: string, puk: Uint8Array): Promise<void> {
    if (digest !== this.digest) throw new CardwrightError('ESCROW_MISMATCH');
    if (this.#applied) return;
    // Before anything is changed. As it was at the opening, unless it was used since; no other program can have used it.
    requireTries(await piv.knownPukStatus(), 'PUK_BLOCKED');
    if (this.managementKey) {
      await piv.setManagementKey(this.managementKey);
      await authenticateManagementKey(piv, this.managementKey);
    }
    try {
      await this.#setPuk(piv, puk);
    } catch (error) {
      if (isCardwrightError(error, 'PUK_INCORRECT')) this.#hasSpentTry = true;
      throw error;
    }
    if (this.pin) await piv.verifyPin(this.pin);
    this.#applied = true;
    this.#hasSpentTry = false;
  }

  async #setPuk(piv: PivSession, puk: Uint8Array): Promise<void> {
    const isNew = !this.puk.every((byte, index) => byte === puk[index]);
    if (isNew && !this.#pukApplied) {
      await piv.changePuk(puk, this.puk);
      this.#pukApplied = true;
    }
    try {
      await this.#provePuk(piv);
      // Nothing else shows whether the counter was reset: a card that answers 9000 to the first and does nothing has this PIN already.
      if (this.#hasSpentTry) await this.#provePuk(piv);
    } catch (error) {
      if (!isNew || !isCardwrightError(error, 'PUK_INCORRECT')) throw error;
      // Not the PUK that was sent is wrong: the card said that it took the new one, and did not.
      this.#pukApplied = false;
      throw unchangedPuk(error);
    }
  }

  async #provePuk(piv: PivSession): Promise<void> {
    // RESET RETRY COUNTER, not CHANGE REFERENCE DATA, which costs a try when it is repeated after a lost answer.
    if (this.pin) await piv.unblockPin(this.puk, this.pin);
    // Changed into itself, where the PIN stays its user's.
    else await piv.changePuk(this.puk, this.puk);
  }

  /**
   * Makes a PIN of random digits for the card: what a user may see and type elsewhere, in place of the one that the CMS keeps.
   *
   * @param minLength digits that it has at least
   * @throws CardwrightError `SECRET_MISSING` where there is no initial PIN
   */
  makeTemporaryPin(minLength: number): Uint8Array {
    const initial = this.#requirePin();
    const length = Math.max(minLength, initial.length);
    for (;;) {
      const pin = ascii(randomDigits(length));
      if (!isTrivialPin(pin) && !initial.every((digit, index) => digit === pin[index])) return pin;
    }
  }

  /** Sets a temporary PIN with the PUK. */
  async putTemporaryPin(piv: PivSession, pin: Uint8Array): Promise<void> {
    this.#applied = false;
    await piv.unblockPin(this.puk, pin);
  }

  /** Sets the initial PIN with the PUK, which also gives it all its tries, and proves it. */
  async putInitialPinBack(piv: PivSession): Promise<void> {
    const pin = this.#requirePin();
    await piv.unblockPin(this.puk, pin);
    await piv.verifyPin(pin);
    this.#applied = true;
  }

  #requirePin(): Uint8Array {
    if (!this.pin) throw new CardwrightError('SECRET_MISSING');
    return this.pin;
  }

  /** Whether the card has them. */
  get isApplied(): boolean {
    return this.#applied;
  }

  get changesManagementKey(): boolean {
    return this.managementKey !== null;
  }

  /** Overwrites the secrets in memory. */
  forget(): void {
    this.managementKey?.key.fill(0);
    this.puk.fill(0);
    this.pin?.fill(0);
  }
}

/** What a card did that answered 9000 to CHANGE REFERENCE DATA and kept its PUK. */
const unchangedPuk = ({ data }: CardwrightError<'PUK_INCORRECT'>): CardwrightError =>
  new CardwrightError('CARD_ERROR', {
    statusWord: `63C${(data.retriesLeft ?? 0).toString(16).toUpperCase()}`,
    instruction: 'changePuk',
  });

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'ascii'));

const randomDigits = (length: number): string => Array.from({ length }, () => randomInt(10).toString()).join('');
