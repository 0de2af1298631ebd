import { createHash, randomBytes, randomInt } from 'node:crypto';
import { CardwrightError, decodeBytes, encodeBytes, isCardwrightError } from '@cardwright/protocol';
import { isTrivialPin, type ManagementKeyAlgorithm } from '@cardwright/protocol/devices';
import type { EscrowContent } from '@cardwright/protocol/sealing';
import { authenticateManagementKey, makeManagementKey } from '../applets/piv/management-key.js';
import type { ManagementKey } from '../applets/piv/objects.js';
import type { PivSession } from '../applets/piv/piv-session.js';
import { requirePresentPin, requireTries } from './pin-use.js';

const PUK_LENGTH = 8;

export interface PrepareOptions {
  /** Algorithm of the new management key; null if the card keeps its management key. */
  readonly managementKey: ManagementKeyAlgorithm | null;
  /** Number of digits of the initial PIN; null if the card keeps its PIN. */
  readonly pinLength: number | null;
  /** Encrypts the secrets for the CMS. Returns a compact JWE. */
  readonly seal: (plaintext: Uint8Array) => Promise<string>;
}

/** The secrets from an escrow, as the CMS returns them to a host. An escrow is the encrypted copy of a card's secrets that the CMS keeps. */
export interface StoredSecrets {
  readonly puk: Uint8Array;
  /** The initial PIN; null if the escrow contains no PIN. */
  readonly pin: Uint8Array | null;
}

/**
 * New secrets of a card. The secrets exist in this host's memory and, encrypted as an escrow, at the CMS. They are generated here, or restored from
 * the escrow of an earlier session.
 *
 * The secrets are written to the card only after the CMS has proved, by the digest, that it stored the escrow. So the CMS has each of these secrets
 * before the card does.
 */
export class PreparedCredentials {
  #pukApplied = false;
  #applied = false;
  /** The card's answer by which it has proved the new management key to the CMS; null if there is none. */
  #managementKeyProof: Uint8Array | null = null;
  /** True once a card was sent the challenge that proves the new management key to the CMS. */
  #isChallengeSpent = false;
  /** Set when the card has refused a PUK, and the tries of the PUK may not have been restored since. */
  #hasSpentTry = false;

  private constructor(
    private readonly managementKey: ManagementKey | null,
    private readonly puk: Uint8Array,
    /** The initial PIN, ASCII digits; null if the card keeps its PIN. */
    readonly pin: Uint8Array | null,
    /** SHA-256 of the ASCII characters of the escrow, in base64url. */
    readonly digest: string,
  ) {}

  /** Generates random secrets and encrypts them for the CMS: `escrow` is a compact JWE. Sends nothing to the card. */
  static async prepare(options: PrepareOptions): Promise<{ credentials: PreparedCredentials; escrow: string }> {
    const managementKey = options.managementKey && makeManagementKey(options.managementKey);
    const puk = newSecret(PUK_LENGTH);
    const pin = options.pinLength === null ? null : newSecret(options.pinLength);
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

  /** Restores the PUK and the initial PIN from an escrow. The management key is not restored: the card already has the new one, or keeps its own. */
  static restore(digest: string, { puk, pin }: StoredSecrets): PreparedCredentials {
    return new PreparedCredentials(null, puk, pin, digest);
  }

  /**
   * Writes the new management key (if any), the PUK and the initial PIN (if any) to the card, in this order, and verifies each. After an error,
   * another call can complete the work.
   *
   * @param puk the PUK that the card should have now. If the card refuses this PUK, no other PUK is tried. The CMS decides whether to try another
   *   PUK, because it remembers the attempts of earlier sessions.
   * @param pinInUse the PIN that the card has, with which the new PUK is proved if there is no initial PIN; undefined if it is unknown
   * @throws CardwrightError `ESCROW_MISMATCH`, `PUK_INCORRECT`, `PUK_BLOCKED`, `LAST_TRY`, the errors of `CardManagementKey.set`,
   *   `authenticateManagementKey` and `PinAndPuk.verifyPin`; `CARD_ERROR` if the card reported success for the new PUK but kept the old one;
   *   `PIN_REFUSED_BY_DEVICE` if the card has the management key and the PUK, but does not take the initial PIN
   */
  async apply(piv: PivSession, digest: string, puk: Uint8Array, pinInUse?: Uint8Array): Promise<void> {
    if (digest !== this.digest) throw new CardwrightError('ESCROW_MISMATCH');
    if (this.#applied) return;
    // The tries of the PUK are checked before anything is written. If the tries were read earlier on this connection, and this host has not used the
    // PUK since, they are not read again: no other program can use the card meanwhile.
    requireTries(await piv.pins.knownPukStatus(), 'PUK_BLOCKED');
    if (this.managementKey) {
      await piv.managementKey.set(this.managementKey);
      await this.#proveManagementKey(piv, this.managementKey);
    }
    let hasTaken: boolean;
    try {
      hasTaken = await this.#setPuk(piv, puk, pinInUse);
    } catch (error) {
      if (isCardwrightError(error, 'PUK_INCORRECT')) this.#hasSpentTry = true;
      throw error;
    }
    this.#hasSpentTry = false;
    if (this.pin && hasTaken) await piv.pins.verifyPin(this.pin);
    else if (this.pin) await requirePresentPin(piv.pins, this.pin);
    this.#applied = true;
  }

  /**
   * Has the card prove the new management key. Its answer to the digest proves the key to the CMS as well, so the card is asked for that once: it could
   * repeat an answer that it has given before. Another time the challenge is random, and the CMS asks for a proof of its own.
   */
  async #proveManagementKey(piv: PivSession, key: ManagementKey): Promise<void> {
    const isFirst = !this.#isChallengeSpent;
    this.#isChallengeSpent = true;
    this.#managementKeyProof = null;
    const digest = decodeBytes(this.digest);
    const challenge = isFirst ? digest : randomBytes(digest.length);
    const answer = await authenticateManagementKey(piv.managementKey, key, challenge);
    if (isFirst) this.#managementKeyProof = answer;
  }

  /** Sets and proves the PUK. Returns true if the card has taken the PIN with which the PUK was proved. */
  async #setPuk(piv: PivSession, puk: Uint8Array, pinInUse?: Uint8Array): Promise<boolean> {
    const isNew = !this.puk.every((byte, index) => byte === puk[index]);
    if (isNew && !this.#pukApplied) {
      await piv.pins.changePuk(puk, this.puk);
      this.#pukApplied = true;
    }
    try {
      const hasTaken = await this.#provePuk(piv, pinInUse);
      // A PUK was refused, so the tries of the PUK must be restored, which the command that proves the PUK also does. The command is sent twice,
      // because a card may answer 9000 and do nothing. Verifying the PIN would not show that, because the card may have this PIN already.
      if (this.#hasSpentTry) await this.#provePuk(piv, pinInUse);
      return hasTaken;
    } catch (error) {
      if (!isNew || !isCardwrightError(error, 'PUK_INCORRECT')) throw error;
      // The old PUK was right: the card reported success for the new PUK, but kept the old one.
      this.#pukApplied = false;
      throw unchangedPuk(error);
    }
  }

  /**
   * Proves the PUK with RESET RETRY COUNTER, which also sets the PIN: the initial PIN or, if there is none, again the PIN that the card has. CHANGE
   * REFERENCE DATA would prove nothing of a card that answers 9000 to every change of its PUK. A repetition after a lost answer costs no try.
   *
   * @returns false if the card has accepted the PUK, but refuses the PIN as one of its latest
   */
  async #provePuk(piv: PivSession, pinInUse: Uint8Array | undefined): Promise<boolean> {
    const pin = this.pin ?? pinInUse;
    if (pin) return (await this.#setPin(piv, pin)) === 'set';
    // If the PIN is unknown, the PUK is proved by replacing it with the same PUK. A later command has to prove more.
    await piv.pins.changePuk(this.puk, this.puk);
    return true;
  }

  async #setPin(piv: PivSession, pin: Uint8Array): Promise<'set' | 'recent'> {
    try {
      return await piv.pins.unblockPin(this.puk, pin);
    } catch (error) {
      // Such a card may judge the PIN before it compares the PUK.
      if (isCardwrightError(error, 'PIN_REFUSED_BY_DEVICE')) await piv.pins.changePuk(this.puk, this.puk);
      throw error;
    }
  }

  /**
   * Generates a temporary PIN of random digits, which is not trivial and does not begin with the initial PIN. The user may see the temporary PIN
   * and type it into other programs.
   *
   * @param minLength minimum number of digits; the temporary PIN is never shorter than the initial PIN
   * @throws CardwrightError `SECRET_MISSING` if there is no initial PIN
   */
  makeTemporaryPin(minLength: number): Uint8Array {
    const initial = this.#requirePin();
    const length = Math.max(minLength, initial.length);
    for (;;) {
      const pin = ascii(randomDigits(length));
      if (!isTrivialPin(pin) && !initial.every((digit, index) => digit === pin[index])) return pin;
    }
  }

  /** Replaces the card's PIN with a temporary PIN. The PUK authorises this. */
  async putTemporaryPin(piv: PivSession, pin: Uint8Array): Promise<void> {
    this.#applied = false;
    await this.#putPin(piv, pin);
  }

  async #putPin(piv: PivSession, pin: Uint8Array): Promise<void> {
    if ((await piv.pins.unblockPin(this.puk, pin)) === 'recent') throw new CardwrightError('PIN_REFUSED_BY_DEVICE');
  }

  /**
   * Replaces the card's PIN with the initial PIN, which also restores all tries of the PIN, and verifies the PIN. The PUK authorises this.
   *
   * @throws CardwrightError `SECRET_MISSING` if there is no initial PIN
   */
  async putInitialPinBack(piv: PivSession): Promise<void> {
    const pin = this.#requirePin();
    await this.#putPin(piv, pin);
    await piv.pins.verifyPin(pin);
    this.#applied = true;
  }

  #requirePin(): Uint8Array {
    if (!this.pin) throw new CardwrightError('SECRET_MISSING');
    return this.pin;
  }

  /** True if this session has seen the card accept all these secrets. False while the card has a temporary PIN. */
  get isApplied(): boolean {
    return this.#applied;
  }

  /**
   * The card's answer to the first block of the digest, with its new management key. Null if the card has no new one, or was asked to prove it more than
   * once.
   */
  get managementKeyProof(): Uint8Array | null {
    return this.#managementKeyProof;
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

/**
 * Returns the error for a card that answered 9000 to CHANGE REFERENCE DATA but kept its PUK. The status word is 63CX, where X is the number of tries left,
 * or 6300 if the card did not report that number.
 */
function unchangedPuk({ data: { retriesLeft } }: CardwrightError<'PUK_INCORRECT'>): CardwrightError {
  const statusWord = retriesLeft === null ? '6300' : `63C${retriesLeft.toString(16).toUpperCase()}`;
  return new CardwrightError('CARD_ERROR', { statusWord, instruction: 'changePuk' });
}

const ascii = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'ascii'));

/** Generates digits that are not trivial, because some cards refuse a trivial PIN or PUK. */
function newSecret(length: number): string {
  const digits = randomDigits(length);
  return isTrivialPin(ascii(digits)) ? newSecret(length) : digits;
}

const randomDigits = (length: number): string => Array.from({ length }, () => randomInt(10).toString()).join('');
