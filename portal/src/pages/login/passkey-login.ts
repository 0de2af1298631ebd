import { isCardwrightError } from '@cardwright/protocol';
import { call, type AnswerOf } from '../api.js';
import { canOfferPasskeys, choosePasskey, type Mediation } from '../passkey.js';

/** Receives the outcomes of a login with a passkey. */
export interface PasskeyLoginListener {
  entered(opened: AnswerOf<'POST /api/session/passkey'>): void;
  failed(error: unknown): void;
}

/** Logs in with a passkey, which the browser offers in the field for the user name or asks for in a dialog. */
export class PasskeyLogin {
  /** Aborts the open request before another request begins, because a page may have one request for a passkey at a time. */
  #waiting = new AbortController();

  constructor(private readonly listener: PasskeyLoginListener) {}

  /**
   * Lets the browser offer passkeys in the field for the user name. Does nothing if the browser cannot do this. Offers passkeys again after a
   * time-out, or after a passkey that the portal refused. Opens no dialog.
   */
  async offer(): Promise<void> {
    const signal = this.#waitInstead();
    if (!(await canOfferPasskeys())) return;
    let outcome: Outcome = 'timed-out';
    while (!signal.aborted && (outcome === 'timed-out' || outcome === 'refused'))
      outcome = await this.#ask('conditional', signal);
  }

  /** Opens the browser's dialog. If the user does not log in there, offers passkeys in the field again. */
  async ask(): Promise<void> {
    const signal = this.#waitInstead();
    const outcome = await this.#ask('optional', signal);
    if (outcome !== 'entered' && !signal.aborted) await this.offer();
  }

  stop(): void {
    this.#waiting.abort();
  }

  #waitInstead(): AbortSignal {
    this.stop();
    this.#waiting = new AbortController();
    return this.#waiting.signal;
  }

  async #ask(mediation: Mediation, signal: AbortSignal): Promise<Outcome> {
    const begun = await this.#begin(mediation);
    if (begun === undefined) return 'failed';
    const timeout = AbortSignal.timeout(begun.timeout);
    try {
      const credential = await choosePasskey(begun, mediation, AbortSignal.any([signal, timeout]));
      if (credential === null) return timeout.aborted ? 'timed-out' : 'closed';
      this.listener.entered(await call('POST /api/session/passkey', { body: { credential } }));
      return 'entered';
    } catch (error) {
      if (!isUnaskedFor(mediation, error)) this.listener.failed(error);
      return isCardwrightError(error, 'PASSKEY_LOGIN_REFUSED') ? 'refused' : 'failed';
    }
  }

  /**
   * Gets the options of a request from the portal. Returns undefined if this fails. Reports the failure if the user asked for the dialog; a failed
   * offer in the field is not reported, because the user did not ask for it.
   */
  async #begin(mediation: Mediation) {
    try {
      return (await call('POST /api/session/passkey/options', { body: {} })).options;
    } catch (error) {
      if (mediation === 'optional') this.listener.failed(error);
      return undefined;
    }
  }
}

/** True if a browser says that it cannot make an offer for which nobody asked. Told, that would replace what else the page has to say. */
const isUnaskedFor = (mediation: Mediation, error: unknown): boolean =>
  mediation === 'conditional' && error instanceof DOMException;

/**
 * The outcome of a request. `closed` means that the user ended the request, or this page aborted it. `refused` means that the portal does not accept
 * this passkey, but may accept another passkey. `failed` means any other error.
 */
type Outcome = 'entered' | 'closed' | 'timed-out' | 'refused' | 'failed';
