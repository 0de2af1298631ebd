import { createECDH, createHash, createPrivateKey } from 'node:crypto';
import { freshFidoState, type CardState, type FidoState } from '@cardwright/virtual-card';
import type { SoftwarePasskey } from '../passkeys/software-authenticator.js';

/** LEFT(SHA-256(PIN), 16) (CTAP 2.1, 6.5.5). */
const PIN_HASH_BYTES = 16;
const COORDINATE = 32;

/** Reads and changes the memory of a virtual card's FIDO2 application. */
export class CardFido {
  constructor(private readonly card: CardState) {}

  /** Sets a PIN of its own. */
  set pin(pin: string) {
    this.#state.pin = { hash: hashOf(pin), codePoints: pin.length };
  }

  get hasPin(): boolean {
    return this.#state.pin !== undefined;
  }

  /** Uses up the tries of its PIN, which may be shared with PIV. */
  block(): void {
    this.#state.pinTriesLeft = 0;
    if (this.card.profile === 'shared-pin') this.card.pin.triesLeft = 0;
  }

  /** Demands a change of its PIN before anything else. */
  forceChange(): void {
    this.#state.pinToChange = this.#state.pin?.hash;
  }

  /** Demands user verification for every use. */
  requireUserVerification(): void {
    this.#state.alwaysUv = true;
  }

  /** Its passkeys on P-256 with extracted keys, oldest first. */
  get credentials(): SoftwarePasskey[] {
    return this.#state.credentials.map(({ id, rpId, user, secret }) => ({
      id: id.toString('base64url'),
      rpId,
      userHandle: user.id.toString('base64url'),
      key: keyOf(secret),
    }));
  }

  get #state(): FidoState {
    return (this.card.fido ??= freshFidoState());
  }
}

const hashOf = (pin: string): Buffer => createHash('sha256').update(pin).digest().subarray(0, PIN_HASH_BYTES);

/** Makes the P-256 key with this scalar. */
function keyOf(scalar: Buffer) {
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + COORDINATE), point.subarray(1 + COORDINATE)];
  const encode = (bytes: Buffer): string => bytes.toString('base64url');
  const key = { kty: 'EC', crv: 'P-256', d: encode(scalar), x: encode(x), y: encode(y) };
  return createPrivateKey({ format: 'jwk', key });
}
