import type { webcrypto } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import type { DeviceId } from '@cardwright/protocol/devices';
import { sessionIdOf } from '@cardwright/protocol/messages';
import type { PublicJwk } from '@cardwright/protocol/schemas';
import { seal, unseal, type Purpose, type SealContext } from '@cardwright/protocol/sealing';
import type { Peer } from './peer.js';
import { forKeyAgreement, makeSessionKey, type SessionKey } from './session-key.js';

/**
 * One page session. A process that a browser starts serves one session.
 *
 * Secrets are sealed to the session's public key, and steps name the session by the thumbprint of this key. So the secrets in a step that this
 * host runs are sealed to this host.
 */
export class HostSession {
  #peer: Peer | null = null;

  private constructor(
    readonly id: string,
    readonly publicKey: PublicJwk,
    private readonly privateKey: webcrypto.CryptoKey,
  ) {}

  /** Creates a session. @param key the session's key pair; default: a new key pair */
  static async create(key: SessionKey = makeSessionKey()): Promise<HostSession> {
    const { publicKey } = key;
    return new HostSession(await sessionIdOf(publicKey), publicKey, await forKeyAgreement(key));
  }

  get initialized(): boolean {
    return this.#peer !== null;
  }

  /** The other side of the session. @throws CardwrightError `NOT_INITIALIZED` before `initialize` */
  get peer(): Peer {
    if (this.#peer === null) throw new CardwrightError('NOT_INITIALIZED');
    return this.#peer;
  }

  /** Sets the other side of the session. @throws CardwrightError `ALREADY_INITIALIZED` if the other side is already set */
  initialize(peer: Peer): void {
    if (this.#peer !== null) throw new CardwrightError('ALREADY_INITIALIZED');
    this.#peer = peer;
  }

  /**
   * Opens a secret that the extension's window or the CMS sealed to this session.
   *
   * @throws CardwrightError `SECRET_REFUSED` when the secret cannot be decrypted, or was sealed for another origin, session, device, operation or
   *   purpose
   */
  unseal(jwe: string, purpose: Purpose, device: DeviceId, operation: string | null): Promise<Uint8Array> {
    return unseal(jwe, this.privateKey, this.#context(purpose, device, operation));
  }

  /**
   * Seals an escrow to the CMS's key for encryption. Returns a compact JWE.
   *
   * @throws CardwrightError `CMS_KEYS_UNAVAILABLE` when the CMS has no such key
   */
  sealToCms(plaintext: Uint8Array, device: DeviceId, operation: string): Promise<string> {
    const key = this.peer.cms?.keys.find(({ use }) => use === 'enc');
    if (key === undefined) throw new CardwrightError('CMS_KEYS_UNAVAILABLE');
    return seal(plaintext, key, this.#context('escrow', device, operation));
  }

  /**
   * Seals the temporary PIN that a window of the extension shows while the browser creates a passkey. Returns a compact JWE.
   *
   * @throws CardwrightError `WINDOW_NOT_ALLOWED` when the extension has no windows
   */
  sealToWindow(temporaryPin: Uint8Array, device: DeviceId, operation: string): Promise<string> {
    const { windowKey } = this.peer;
    if (windowKey === null) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    return seal(temporaryPin, windowKey, this.#context('temporaryPin', device, operation));
  }

  #context(purpose: Purpose, device: DeviceId, operation: string | null): SealContext {
    return { origin: this.peer.origin, operation, device, session: this.id, purpose };
  }
}
