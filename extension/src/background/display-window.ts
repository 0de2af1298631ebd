import { CardwrightError, type Params, type Result } from '@cardwright/protocol';
import { MAX_WAITING_DISPLAYS } from '@cardwright/protocol/limits';
import type { PublicJwkSet } from '@cardwright/protocol/schemas';
import { displayedSecret, readDisplay, type DisplayPayload } from '@cardwright/protocol/steps';
import * as v from 'valibot';
import type { OwnWindows, WindowOwner } from './own-windows.js';
import { WindowKey } from './window-key.js';

/**
 * Shows secrets to the user in a window of the extension. The page relays a secret but cannot choose what the window shows: the CMS
 * signs the device, its owner and the kind of secret, and seals the secret to a key that is created here and used only once.
 */
export class DisplayWindow {
  readonly #keys = new Map<string, WindowKey>();

  constructor(
    private readonly origin: string,
    private readonly owner: WindowOwner,
    private readonly windows: OwnWindows,
  ) {}

  async prepare(): Promise<Result<'secret.prepareDisplay'>> {
    const display = crypto.randomUUID();
    const key = await WindowKey.create();
    this.#keys.set(display, key);
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size <= MAX_WAITING_DISPLAYS) break;
      this.#keys.delete(oldest);
    }
    return { display, key: key.publicKey };
  }

  /**
   * Shows a secret, and resolves when the user has dismissed or closed the window, or its time is over.
   *
   * @param cms keys of the session's CMS; null if the site has no such keys, so that nothing can be shown
   * @throws CardwrightError `SECRET_REFUSED`, `CANCELLED`, or `WINDOW_NOT_ALLOWED`; if no window may open at the moment, the key stays
   *   valid for another attempt
   */
  async show({ jws }: Params<'secret.display'>, cms: PublicJwkSet | null, signal: AbortSignal): Promise<object> {
    const { origin } = this;
    if (cms === null) throw new CardwrightError('SECRET_REFUSED');
    const signed = await readDisplay(jws, cms);
    const key = this.#keys.get(signed.display);
    if (!key || signed.origin !== origin || isExpired(signed)) throw new CardwrightError('SECRET_REFUSED');
    this.#keys.delete(signed.display);
    await this.windows.requireAllowed(this.owner.tabId).catch((error: unknown) => {
      this.#keys.set(signed.display, key);
      throw error;
    });
    const { device, label, owner = null } = signed;
    const content = { origin, device, label, owner, secret: await open(signed, key) };
    await this.windows.ask('display', content, { owner: this.owner, signal }).catch((error: unknown) => {
      if (!wasSeen(error)) throw error;
    });
    return {};
  }
}

/** True if the payload has expired. `expires` is in seconds, and the clock in milliseconds, since 1970. */
const isExpired = ({ expires }: DisplayPayload): boolean => expires * 1000 <= Date.now();

/**
 * Unseals the secret of a display.
 *
 * @throws CardwrightError `SECRET_REFUSED` if the secret cannot be unsealed, or cannot be a PIN or PUK
 */
async function open({ origin, device, display, sealed }: DisplayPayload, key: WindowKey): Promise<string> {
  const context = { origin, operation: null, device, session: display, purpose: 'display' } as const;
  const text = await key.open(sealed, context);
  if (!v.is(displayedSecret, text)) throw new CardwrightError('SECRET_REFUSED');
  return text;
}

/** True if the window showed the secret until the user closed it or its time was over. */
const wasSeen = (error: unknown): boolean =>
  error instanceof CardwrightError && (error.code === 'USER_CANCELLED' || error.code === 'USER_TIMEOUT');
