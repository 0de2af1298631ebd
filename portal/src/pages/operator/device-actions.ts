import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { connect, requestAccess, type Client } from '@cardwright/sdk';
import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { call, type Action, type OperatorDevice } from '../api.js';
import type { PageProblem } from '../page-problem.js';
import { wordsOf } from './action-words.js';
import './code-dialog.js';
import { nameOf } from './device-facts.js';
import './password-dialog.js';
import type { PasswordQuestion } from './password-dialog.js';
import './reason-dialog.js';
import { operatorText } from './operator-text.js';

const { actions: texts } = operatorText;
const INITIAL_PIN: PasswordQuestion = {
  title: texts.password.title,
  why: html`<p class="muted">${texts.password.whyInitialPin}</p>`,
  answer: texts.password.showPin,
};

/** What an operator does to devices, for every page that shows them: the buttons, the dialogs that ask, and what was done last. */
export class DeviceActions {
  /** What was done last, or why it was not. */
  #outcome = '';
  /** Whether the device had changed, so that nothing was done. */
  #hasChanged = false;

  constructor(
    private readonly host: LitElement,
    private readonly problem: PageProblem,
    /** Reads again what the page shows. */
    private readonly reload: () => Promise<void>,
  ) {}

  /** What this operator can do to a device now. */
  buttons(device: OperatorDevice): TemplateResult {
    const { id, state, hasInitialPin, actions, canIssueCode } = device;
    const canShowPin = hasInitialPin && (state === 'pending' || state === 'active');
    return html`<span class="actions">
      ${actions.map((action) => this.#button(device, action))}
      ${
        canShowPin
          ? html`<button
              type="button"
              data-action="initial-pin"
              @click=${() => this.#run(() => this.#showInitialPin(id))}
            >
              ${texts.showInitialPin}
            </button>`
          : nothing
      }
      ${
        canIssueCode
          ? html`<button
              type="button"
              data-action="unlock-code"
              aria-haspopup="dialog"
              @click=${() => this.#run(() => this.#issueCode(device))}
            >
              ${texts.code.button}
            </button>`
          : nothing
      }
    </span>`;
  }

  /** Says what was done last. It gets the focus where the button that was pressed is gone. */
  outcome(): TemplateResult {
    const look = this.#outcome === '' ? 'visually-hidden' : this.#hasChanged ? 'refused' : 'muted';
    return html`<p id="outcome" class=${look} role="status" tabindex="-1">${this.#outcome}</p>`;
  }

  /** The dialogs that the buttons open. */
  dialogs(): TemplateResult {
    return html`<portal-reason-dialog></portal-reason-dialog><portal-password-dialog></portal-password-dialog
      ><portal-code-dialog></portal-code-dialog>`;
  }

  /** What was done last is no news any more. */
  forget(): void {
    this.#outcome = '';
    this.#hasChanged = false;
    this.host.requestUpdate();
  }

  #button(device: OperatorDevice, action: Action): TemplateResult {
    const { label, done, isUsual, consequence } = wordsOf(action.name);
    const run = (reason: string | null): void =>
      void this.#run(async () => {
        await act(device, action, reason).catch((error: unknown) => this.#noteChange(device, error));
        if (!this.#hasChanged) this.#outcome = texts.outcome(done, nameOf(device));
      });
    const press = (): void =>
      consequence === undefined
        ? run(null)
        : void this.host.renderRoot.querySelector('portal-reason-dialog')?.ask({ device, action, answer: run });
    return html`<button
      type="button"
      class=${isUsual ? 'primary' : ''}
      data-action=${action.name}
      aria-haspopup=${consequence === undefined ? nothing : 'dialog'}
      @click=${press}
    >
      ${label}
    </button>`;
  }

  /**
   * The page shows the device as it is now, and its operator decides again: nothing is sent again by itself.
   *
   * @throws what else an action was refused with
   */
  #noteChange(device: OperatorDevice, error: unknown): void {
    if (!isCardwrightError(error, 'DEVICE_CHANGED')) throw error;
    this.#hasChanged = true;
    this.#outcome = texts.hasChanged(nameOf(device));
  }

  /** Afterwards the page shows the current state, also where the action was refused. */
  async #run(action: () => Promise<unknown>): Promise<void> {
    const { host } = this;
    this.forget();
    await this.problem.during(
      action()
        .then(() => undefined)
        .finally(() => this.reload()),
    );
    host.requestUpdate();
    await host.updateComplete;
    // The button that was pressed may be gone, and the focus with it. It may also stand for a device that was not looked at yet.
    const isFocusGone = host.shadowRoot?.activeElement === null;
    if (this.#hasChanged || isFocusGone) host.renderRoot.querySelector<HTMLElement>('#outcome')?.focus();
  }

  async #issueCode(device: OperatorDevice): Promise<void> {
    const dialog = this.host.renderRoot.querySelector('portal-code-dialog');
    const { id, version: seen } = device;
    const isIssued = await dialog
      ?.ask(device, () => call('POST /api/operator/devices/{id}/unlock-code', { parameters: { id }, body: { seen } }))
      .catch((error: unknown) => this.#noteChange(device, error));
    if (isIssued) this.#outcome = texts.outcome(texts.code.issued, nameOf(device));
  }

  async #showInitialPin(id: string): Promise<void> {
    const dialog = this.host.renderRoot.querySelector('portal-password-dialog');
    const ready = await dialog?.ask(INITIAL_PIN, (password, cancelled) => requestDisplay(id, password, cancelled));
    if (!ready) return;
    try {
      await ready.client.call('secret.display', { jws: ready.jws });
    } finally {
      ready.client.close();
    }
  }
}

/** Does something to a device as it is shown. @throws CardwrightError `DEVICE_CHANGED` where it is not like that any more */
const act = ({ id, version: seen }: OperatorDevice, { name: action }: Action, reason: string | null) =>
  call('POST /api/operator/devices/{id}/{action}', {
    parameters: { id, action },
    body: { seen, ...(reason === null ? {} : { reason }) },
  });

/**
 * Has the CMS seal the PIN for a window of the extension: this page relays what it can neither read nor change.
 *
 * @param cancelled the operator has changed their mind
 */
async function requestDisplay(id: string, password: string, cancelled: AbortSignal) {
  const client = await connectForUse(cancelled);
  try {
    const window = await client.call('secret.prepareDisplay', {}, { signal: cancelled });
    const { jws } = await call('POST /api/operator/devices/{id}/initial-pin', {
      parameters: { id },
      body: { password, display: window.display, key: window.key },
    });
    if (cancelled.aborted) throw new CardwrightError('CANCELLED');
    return { client, jws };
  } catch (error) {
    client.close();
    throw error;
  }
}

/** A session with the extension; where the site was not granted yet, its user is asked first. */
async function connectForUse(signal: AbortSignal): Promise<Client> {
  try {
    return await connect({ signal });
  } catch (error) {
    if (!isCardwrightError(error, 'SITE_NOT_GRANTED') || error.data.consent !== 'needed') throw error;
    await requestAccess(['use'], { signal });
    return connect({ signal });
  }
}
