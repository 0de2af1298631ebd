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

/** Who the page is: from the browser, by way of the extension. */
export interface Peer {
  /** The version that page, extension and host have agreed on. */
  readonly protocol: ProtocolVersion;
  readonly origin: string;
  /** The CMS's public keys; null where the site has none, and then no step can be verified. */
  readonly cms: PublicJwkSet | null;
  /** Origins of foreign relying parties for which the administrator lets the site register passkeys. */
  readonly relyingParties: readonly string[];
  /** The extension's key for what its windows show; null where there are none. */
  readonly windowKey: PublicJwk | null;
  /** What the administrator demands. */
  readonly policy: HostPolicy;
}

/** Where the administrator demands nothing. */
export const NO_POLICY: HostPolicy = { allowedDevices: null, pinRules: null, logLevel: null };

/**
 * One page session: as long as this process. Its key pair receives sealed secrets, and the key's thumbprint binds steps to it: a
 * step that this host runs can only have brought secrets that this host can open. The key is never written anywhere.
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
   * Opens a secret that was sealed to this session by the extension's window or by the CMS.
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
