import { CardwrightError, publicJwk, unseal, validate, type Params, type Result } from '@cardwright/protocol';
import type { OwnWindows } from './own-windows.js';

/** One-time keys that a session can have waiting. */
const MAX_KEYS = 8;

/** Shows secrets to a person: each is sealed by the CMS to a key that is made here, used once and forgotten. */
export class DisplayWindow {
  readonly #keys = new Map<string, CryptoKey>();

  constructor(
    private readonly page: { readonly origin: string; readonly tabId: number },
    private readonly windows: OwnWindows,
  ) {}

  async prepare(): Promise<Result<'secret.prepareDisplay'>> {
    const display = crypto.randomUUID();
    const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
    this.#keys.set(display, pair.privateKey);
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size <= MAX_KEYS) break;
      this.#keys.delete(oldest);
    }
    return { display, key: validate(publicJwk, { kty, crv, x, y }) };
  }

  /**
   * Resolves when the person has seen it, also when the window was simply closed.
   *
   * @throws CardwrightError `SECRET_REFUSED`, `WINDOW_NOT_ALLOWED`; the latter leaves the key for another try
   */
  async show(params: Params<'secret.display'>, signal: AbortSignal): Promise<object> {
    const { display, device, label, sealed } = params;
    const { origin, tabId } = this.page;
    const key = this.#keys.get(display);
    if (!key) throw new CardwrightError('SECRET_REFUSED');
    await this.windows.requireAllowed(tabId);
    this.#keys.delete(display);
    const context = { origin, operation: null, device, session: display, purpose: 'display' } as const;
    const secret = new TextDecoder().decode(await unseal(sealed, key, context));
    await this.windows.ask('display', { origin, device, label, secret }, tabId, signal).catch((error: unknown) => {
      if (!wasSeen(error)) throw error;
    });
    return {};
  }
}

/** A window that was open until it was closed, or for its whole time, has shown what it had to show. */
const wasSeen = (error: unknown): boolean =>
  error instanceof CardwrightError && (error.code === 'USER_CANCELLED' || error.code === 'USER_TIMEOUT');
