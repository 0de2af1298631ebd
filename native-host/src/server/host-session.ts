import {
  CardwrightError,
  publicJwk,
  seal,
  sessionIdOf,
  unseal,
  validate,
  type DeviceId,
  type HostPolicy,
  type ProtocolVersion,
  type PublicJwk,
  type PublicJwkSet,
  type Purpose,
  type SealContext,
} from '@cardwright/protocol';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';

/** The page and its surroundings, as the browser identifies them to the extension. */
export interface Peer {
  /** The version that page, extension and host have agreed on. */
  readonly protocol: ProtocolVersion;
  readonly origin: string;
  /** The public keys of the CMS; null where the site has none, and then no step can be verified. */
  readonly cms: PublicJwkSet | null;
  /** Origins of foreign relying parties for which the administrator permits the site to register passkeys. */
  readonly relyingParties: readonly string[];
  /** The extension's key for what its windows show; null where it has none. */
  readonly windowKey: PublicJwk | null;
  /** The administrator's requirements. */
  readonly policy: HostPolicy;
}

/** The policy of an administrator without requirements. */
export const NO_POLICY: HostPolicy = { allowedDevices: null, pinRules: null, logLevel: null };

/**
 * One page session, which lasts as long as this process.
 *
 * Its key pair receives sealed secrets, and the key's thumbprint binds steps to it. So a step that this host runs can only contain secrets
 * that this host can open. The key is never written anywhere.
 */
export class HostSession {
  #peer: Peer | null = null;

  private constructor(
    readonly id: string,
    readonly publicKey: PublicJwk,
    private readonly privateKey: CryptoKey,
  ) {}

  static async create(): Promise<HostSession> {
    const { publicKey, privateKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256' });
    const jwk = validate(publicJwk, await exportJWK(publicKey));
    return new HostSession(await sessionIdOf(jwk), jwk, privateKey);
  }

  get initialized(): boolean {
    return this.#peer !== null;
  }

  /** @throws CardwrightError `NOT_INITIALIZED` */
  get peer(): Peer {
    if (this.#peer === null) throw new CardwrightError('NOT_INITIALIZED');
    return this.#peer;
  }

  /** @throws CardwrightError `ALREADY_INITIALIZED` */
  initialize(peer: Peer): void {
    if (this.#peer !== null) throw new CardwrightError('ALREADY_INITIALIZED');
    this.#peer = peer;
  }

  /**
   * Opens a secret that the extension's window or the CMS sealed to this session.
   *
   * @throws CardwrightError `SECRET_REFUSED` when it is bound to anything else
   */
  unseal(jwe: string, purpose: Purpose, device: DeviceId, operation: string | null): Promise<Uint8Array> {
    return unseal(jwe, this.privateKey, this.#context(purpose, device, operation));
  }

  /**
   * Seals an escrow to the CMS.
   *
   * @throws CardwrightError `CMS_KEYS_UNAVAILABLE` when the CMS has no sealing key
   */
  sealToCms(plaintext: Uint8Array, device: DeviceId, operation: string): Promise<string> {
    const key = this.peer.cms?.keys.find(({ use }) => use === 'enc');
    if (key === undefined) throw new CardwrightError('CMS_KEYS_UNAVAILABLE');
    return seal(plaintext, key, this.#context('escrow', device, operation));
  }

  /**
   * Seals the PIN that a window of the extension shows while the browser creates a passkey.
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
