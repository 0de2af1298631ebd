import { createHash, randomInt } from 'node:crypto';
import { CardwrightError, encodeBytes, isCardwrightError } from '@cardwright/protocol';
import { isTrivialPin, type ManagementKeyAlgorithm } from '@cardwright/protocol/devices';
import type { EscrowContent } from '@cardwright/protocol/sealing';
import { authenticateManagementKey, makeManagementKey } from '../applets/piv/management-key.js';
import type { ManagementKey } from '../applets/piv/objects.js';
import type { PivSession } from '../applets/piv/piv-session.js';
import { requireTries } from './pin-use.js';

const PUK_LENGTH = 8;

export interface PrepareOptions {
  /** Null for a card whose management key stays. */
  readonly managementKey: ManagementKeyAlgorithm | null;
  /** Null for a card whose PIN stays. */
  readonly pinLength: number | null;
  /** Seals to the CMS. Returns a compact JWE. */
  readonly seal: (plaintext: Uint8Array) => Promise<string>;
}

/** The part of an escrow that the CMS returns to a host. */
export interface StoredSecrets {
  readonly puk: Uint8Array;
  /** Null where the escrow contains none. */
  readonly pin: Uint8Array | null;
}

/**
 * New credentials that exist only here and, sealed, at the CMS. They are generated here, or restored from an earlier session's escrow.
 *
 * The card receives them after the CMS has proved, by the digest, that it stored the escrow. So no secret is ever on a card alone.
 */
export class PreparedCredentials {
  #pukApplied = false;
  #applied = false;
  /** Set when the card refused a PUK since its tries were last restored. */
  #hasSpentTry = false;

  private constructor(
    private readonly managementKey: ManagementKey | null,
    private readonly puk: Uint8Array,
    /** The initial PIN; null for a card whose PIN stays. */
    readonly pin: Uint8Array | null,
    /** SHA-256 over the escrow's ASCII, base64url. */
    readonly digest: string,
  ) {}

  /** Generates credentials from the system's random source and seals them: `escrow` is a compact JWE. Sends nothing to the card. */
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

  /** Restores credentials without the management key, which the card has already or keeps. */
  static restore(digest: string, { puk, pin }: StoredSecrets): PreparedCredentials {
    return new PreparedCredentials(null, puk, pin, digest);
  }

  /**
   * Writes the credentials to the card in the order management key, PUK, PIN, and verifies each. An interrupted issuance can be resumed,
   * because each authorises the next. A second call continues where the first stopped.
   *
   * @param puk the PUK that the card should have now. No other is tried: only the CMS, which remembers the tries of earlier sessions, can
   * say whether another one is possible and may be tried.
   * @throws CardwrightError `ESCROW_MISMATCH`, `PUK_INCORRECT`, `PUK_BLOCKED`, `LAST_TRY`, `NOT_AUTHENTICATED`; `CARD_ERROR` where the
   * card reported success for the new PUK but kept the old one
   */
  async apply(piv: PivSession, digest: string, puk: Uint8Array): Promise<void> {
    if (digest !== this.digest) throw new CardwrightError('ESCROW_MISMATCH');
    if (this.#applied) return;
    // Checked before any change. The value of the opening is still valid if the PUK was not used since, because no other program can use
    // it.
    requireTries(await piv.pins.knownPukStatus(), 'PUK_BLOCKED');
    if (this.managementKey) {
      await piv.managementKey.set(this.managementKey);
      await authenticateManagementKey(piv.managementKey, this.managementKey);
    }
    try {
      await this.#setPuk(piv, puk);
    } catch (error) {
      if (isCardwrightError(error, 'PUK_INCORRECT')) this.#hasSpentTry = true;
      throw error;
    }
    if (this.pin) await piv.pins.verifyPin(this.pin);
    this.#applied = true;
    this.#hasSpentTry = false;
  }

  async #setPuk(piv: PivSession, puk: Uint8Array): Promise<void> {
    const isNew = !this.puk.every((byte, index) => byte === puk[index]);
    if (isNew && !this.#pukApplied) {
      await piv.pins.changePuk(puk, this.puk);
      this.#pukApplied = true;
    }
    try {
      await this.#provePuk(piv);
      // Only this shows that the counter was restored: a card that answers 9000 to the first command and does nothing has this PIN already.
      if (this.#hasSpentTry) await this.#provePuk(piv);
    } catch (error) {
      if (!isNew || !isCardwrightError(error, 'PUK_INCORRECT')) throw error;
      // The PUK that was sent is right: the card reported success for the new one, but kept the old one.
      this.#pukApplied = false;
      throw unchangedPuk(error);
    }
  }

  async #provePuk(piv: PivSession): Promise<void> {
    // RESET RETRY COUNTER, because CHANGE REFERENCE DATA would cost a try when it is repeated after a lost answer.
    if (this.pin) await piv.pins.unblockPin(this.puk, this.pin);
    // Replaced by itself, where the user's PIN stays.
    else await piv.pins.changePuk(this.puk, this.puk);
  }

  /**
   * Generates a PIN of random digits, which the user may see and type elsewhere, unlike the one that the CMS keeps.
   *
   * @param minLength minimum number of digits
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
    await piv.pins.unblockPin(this.puk, pin);
  }

  /** Sets the initial PIN with the PUK, which also restores all its tries, and verifies it. */
  async putInitialPinBack(piv: PivSession): Promise<void> {
    const pin = this.#requirePin();
    await piv.pins.unblockPin(this.puk, pin);
    await piv.pins.verifyPin(pin);
    this.#applied = true;
  }

  #requirePin(): Uint8Array {
    if (!this.pin) throw new CardwrightError('SECRET_MISSING');
    return this.pin;
  }

  /** True if the card has all of them. */
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

/** The error for a card that answered 9000 to CHANGE REFERENCE DATA and kept its PUK. */
const unchangedPuk = ({ data }: CardwrightError<'PUK_INCORRECT'>): CardwrightError =>
  new CardwrightError('CARD_ERROR', {
    statusWord: `63C${(data.retriesLeft ?? 0).toString(16).toUpperCase()}`,
    instruction: 'changePuk',
  });

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'ascii'));

const randomDigits = (length: number): string => Array.from({ length }, () => randomInt(10).toString()).join('');
