import { randomBytes } from 'node:crypto';
import type { CardClock } from '../card/clock.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import type { PinProtocol } from './pin-protocols.js';

/** Permissions of a token (CTAP 2.1, 6.5.5.7). */
export const Permission = {
  makeCredential: 0x01,
  getAssertion: 0x02,
  credentialManagement: 0x04,
  authenticatorConfiguration: 0x20,
} as const;
export const ALL_PERMISSIONS = Object.values(Permission).reduce((all, permission) => all | permission, 0);

const TOKEN_BYTES = 32;
/** Milliseconds from the issue of a token until it expires unused. A used token expires `LONGEST_USE_MS` after its issue (CTAP 2.1, 6.5.2.1). */
const FIRST_USE_MS = 30_000;
const LONGEST_USE_MS = 600_000;

/** A pinUvAuthToken that was issued to a client (CTAP 2.1, 6.5.2.1). */
export class PinToken {
  readonly bytes = randomBytes(TOKEN_BYTES);
  readonly #issuedAt: number;
  #wasUsed = false;
  #isUserVerified = true;

  /**
   * @param pinHash the hash of the PIN with which the token was requested; the token is invalid once the PIN changes
   * @param rpId the only relying party of the token; if undefined, the first registration or login binds the token to the relying party of that
   * command
   */
  constructor(
    private readonly clock: CardClock,
    readonly protocol: PinProtocol,
    readonly pinHash: Buffer,
    private permissions: number,
    private rpId: string | undefined,
  ) {
    this.#issuedAt = clock.now();
  }

  /** True if the token is for one relying party. */
  get isBound(): boolean {
    return this.rpId !== undefined;
  }

  /** True if the token has not expired, and the PIN has not changed since the token was issued. `currentPin` is the hash of the current PIN. */
  isAlive(currentPin: Buffer | undefined): boolean {
    const limit = this.#wasUsed ? LONGEST_USE_MS : FIRST_USE_MS;
    return this.clock.now() - this.#issuedAt < limit && currentPin?.equals(this.pinHash) === true;
  }

  /** True if `code` authenticates the message under this token, and the token was issued for this protocol. The token then counts as used. */
  verify(protocol: PinProtocol, message: Buffer, code: Buffer): boolean {
    const isRight = protocol === this.protocol && protocol.verify(this.bytes, message, code);
    this.#wasUsed ||= isRight;
    return isRight;
  }

  /** @throws CtapError 33 if the token lacks the permission, has been spent, or is bound to another relying party */
  require(permission: number, rpId?: string): void {
    if ((this.permissions & permission) === 0 || !this.#isUserVerified) {
      throw new CtapError(CtapStatus.pinAuthInvalid, 'the token does not permit that');
    }
    if (this.rpId !== undefined && this.rpId !== rpId) {
      throw new CtapError(CtapStatus.pinAuthInvalid, 'the token is for another relying party');
    }
  }

  /** Binds the token to this relying party. Does nothing if the token is already bound. */
  bind(rpId: string): void {
    this.rpId ??= rpId;
  }

  /** Removes the permissions after a use that required user presence (CTAP 2.1, 6.5.3.2). */
  spend(): void {
    this.#isUserVerified = false;
    this.permissions = 0;
  }
}
