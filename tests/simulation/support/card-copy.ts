import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { decodeBytes } from '@cardwright/protocol';
import { Card, type CardState, Chip } from '@cardwright/virtual-card';
import { Authenticator } from '../../../native-host/src/applets/fido2/authenticator.js';
import { systemClock } from '../../../native-host/src/clock.js';
import { pin as padded, SELECT_PIV, TestChip } from '../../unit/virtual-card/blank-chip.js';
import { copyOf } from './copied-state.js';

type AlgorithmByte = Parameters<TestChip['authenticate']>[0];

/** A passkey as its relying party knows it. */
interface Login {
  readonly rpId: string;
  /** Base64url. */
  readonly credentialId: string;
  /** SubjectPublicKeyInfo, base64url. */
  readonly publicKey: string;
}

/** Tests secrets and passkeys against a copy of a card, so that the card itself loses no try. */
export class CardCopy {
  private constructor(private readonly state: CardState) {}

  static of(state: CardState): CardCopy {
    return new CardCopy(copyOf(state));
  }

  /** @param algorithm the identifier of GENERAL AUTHENTICATE; default: the card's own */
  async acceptsManagementKey(key: Uint8Array, algorithm = this.#managementAlgorithm): Promise<boolean> {
    try {
      const chip = await this.#powered();
      await chip.authenticate(algorithm, Buffer.from(key));
      return true;
    } catch {
      return false;
    }
  }

  /** RESET RETRY COUNTER (SP 800-73-4 Part 2, 3.2.3). */
  async acceptsPuk(puk: string): Promise<boolean> {
    const chip = await this.#powered();
    return (await chip.status(`002C008010${padded(puk)}${padded('91827364')}`)) === '9000';
  }

  async acceptsPin(pin: string): Promise<boolean> {
    const chip = await this.#powered();
    return (await chip.status(`0020008008${padded(pin)}`)) === '9000';
  }

  /** Returns whether the FIDO2 application still has a passkey, and signs with it once it gets its PIN and a touch. */
  async logsIn({ rpId, credentialId, publicKey }: Login, pin: string): Promise<boolean> {
    const id = Buffer.from(decodeBytes(credentialId));
    if (!this.state.fido?.credentials.some((one) => one.id.equals(id))) return false;
    const authenticator = await this.#authenticator();
    const clientDataHash = randomBytes(32);
    const order = { rpId, clientDataHash, allowList: [id], up: true };
    const assertion = await authenticator.getAssertion(order, { pin: new TextEncoder().encode(pin) });
    if (!assertion) return false;
    const signed = Buffer.concat([assertion.authenticatorData, clientDataHash]);
    const key = createPublicKey({ key: Buffer.from(decodeBytes(publicKey)), format: 'der', type: 'spki' });
    return verify('sha256', signed, key, assertion.signature);
  }

  async #authenticator(): Promise<Authenticator> {
    const chip = new Chip(new Card(copyOf(this.state)), () => undefined);
    const channel = { transmit: (apdu: Uint8Array) => chip.transmit(Buffer.from(apdu)) };
    const options = { clock: systemClock, extendedLength: true, transports: ['smart-card'] };
    const authenticator = await Authenticator.overPcsc(channel, options);
    if (!authenticator) throw new Error('the card has no FIDO2 application');
    return authenticator;
  }

  get #managementAlgorithm(): AlgorithmByte {
    const written = this.state.managementKey.algorithm.toString(16).toUpperCase().padStart(2, '0');
    const known = (['03', '08', '0A', '0C'] as const).find((byte) => byte === written);
    if (!known) throw new Error(`unknown management key algorithm ${written}`);
    return known;
  }

  /** Makes a fresh copy for each question, so that a refusal costs the next one no try. */
  async #powered(): Promise<TestChip> {
    const card = new Card(copyOf(this.state));
    const chip = new TestChip(new Chip(card, () => undefined), card, []);
    await chip.expectOk(SELECT_PIV);
    return chip;
  }
}
