import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { connect, requestAccess, type Client } from '@cardwright/sdk';
import { html, nothing, type LitElement, type TemplateResult } from 'lit';
import { call, type Action, type OperatorDevice } from '../api.js';
import type { PageProblem } from '../page-problem.js';
import { wordsOf } from './action-words.js';
import './code-dialog.js';
import type { Work } from './device-work.js';
import { nameOf } from './device-facts.js';
import './proof-dialog.js';
import type { ProofQuestion } from './proof-dialog.js';
import './reason-dialog.js';
import { operatorText } from '../operator-text.js';

const { actions: texts } = operatorText;
const UNLOCK_CODE: ProofQuestion = { title: texts.code.title, why: '' };
const INITIAL_PIN: ProofQuestion = {
  title: texts.showInitialPin,
  why: html`<p class="muted">${texts.whyInitialPin}</p>`,
};

/** An operator's actions on devices, for every page that shows devices: the buttons, the dialogs, and the last outcome. */
export class DeviceActions {
  /**
   * The outcome of the last action in words: that it was done, or that the device had changed. Empty before the first action, and after any other
   * error.
   */
  #outcome = '';
  /** Set if the device had changed, so that nothing was done. */
  #hasChanged = false;

  constructor(
    private readonly host: LitElement,
    private readonly problem: PageProblem,
    /** Reads the content of the page again. */
    private readonly reload: () => Promise<void>,
  ) {}

  /** Renders the buttons for what this operator can do with a device. */
  buttons(device: OperatorDevice): TemplateResult {
    const { id, actions, canShowPin, canIssueCode } = device;
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

  /**
   * Renders the line with the outcome of the last action. After an action, the line gets the focus if the device had changed, or if the pressed
   * button is gone.
   */
  outcome(): TemplateResult {
    const look = this.#outcome === '' ? 'visually-hidden' : this.#hasChanged ? 'refused' : 'muted';
    return html`<p id="outcome" class=${look} role="status" tabindex="-1">${this.#outcome}</p>`;
  }

  /** Renders the dialogs that the buttons open. */
  dialogs(): TemplateResult {
    return html`<portal-reason-dialog></portal-reason-dialog><portal-proof-dialog></portal-proof-dialog
      ><portal-code-dialog></portal-code-dialog>`;
  }

  /** Takes back work that waits for the owner of a device. */
  takeBack(device: OperatorDevice, { id: work }: Work): void {
    const { takenBack, goesOn } = operatorText.work;
    const name = nameOf(device);
    void this.#run(async () => {
      const { isRunning } = await call('POST /api/operator/devices/{id}/work/{work}/take-back', {
        parameters: { id: device.id, work },
      });
      this.#outcome = isRunning ? goesOn(name) : texts.outcome(takenBack, name);
    });
  }

  /** Clears the outcome of the last action. */
  forget(): void {
    this.#outcome = '';
    this.#hasChanged = false;
    this.host.requestUpdate();
  }

  #button(device: OperatorDevice, action: Action): TemplateResult {
    const { label, done, isUsual, consequence } = wordsOf(action.name);
    const run = (reason: string | null, days: number | null): void =>
      void this.#run(async () => {
        await act(device, action, reason, days).catch((error: unknown) => this.#noteChange(device, error));
        if (!this.#hasChanged) this.#outcome = texts.outcome(done, nameOf(device));
      });
    const press = (): void =>
      consequence === undefined
        ? run(null, null)
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
   * Sets the outcome for a device that had changed. The page then shows the current state of the device, and the operator decides again: nothing is
   * repeated automatically.
   *
   * @throws `error` if its code is not `DEVICE_CHANGED`
   */
  #noteChange(device: OperatorDevice, error: unknown): void {
    if (!isCardwrightError(error, 'DEVICE_CHANGED')) throw error;
    this.#hasChanged = true;
    this.#outcome = texts.hasChanged(nameOf(device));
  }

  /** Runs an action, and shows the current state afterwards, even if the action was refused. */
  async #run(action: () => Promise<unknown>): Promise<void> {
    const { host } = this;
    this.forget();
    await this.problem.duringChange(action, this.reload);
    host.requestUpdate();
    await host.updateComplete;
    // The pressed button may be gone, and the focus with it. If the device had changed, the focus may be on a button for a state that the operator
    // has not seen yet.
    const isFocusGone = host.shadowRoot?.activeElement === null;
    if (this.#hasChanged || isFocusGone) host.renderRoot.querySelector<HTMLElement>('#outcome')?.focus();
  }

  async #issueCode(device: OperatorDevice): Promise<void> {
    const dialog = this.host.renderRoot.querySelector('portal-code-dialog');
    const { id, version: seen } = device;
    const isIssued = await dialog
      ?.ask(
        device,
        async () =>
          (await this.host.renderRoot
            .querySelector('portal-proof-dialog')
            ?.ask(UNLOCK_CODE, () =>
              call('POST /api/operator/devices/{id}/unlock-code', { parameters: { id }, body: { seen } }),
            )) ?? null,
      )
      .catch((error: unknown) => this.#noteChange(device, error));
    if (isIssued) this.#outcome = texts.outcome(texts.code.issued, nameOf(device));
  }

  async #showInitialPin(id: string): Promise<void> {
    const dialog = this.host.renderRoot.querySelector('portal-proof-dialog');
    const ready = await dialog?.ask(INITIAL_PIN, (cancelled) => requestDisplay(id, cancelled));
    if (!ready) return;
    try {
      await ready.client.call('secret.display', { jws: ready.jws });
    } finally {
      ready.client.close();
    }
  }
}

/** Acts on a device in the state that is shown. @throws CardwrightError `DEVICE_CHANGED` if the device has changed since */
const act = (
  { id, version: seen }: OperatorDevice,
  { name: action }: Action,
  reason: string | null,
  days: number | null,
) =>
  call('POST /api/operator/devices/{id}/{action}', {
    parameters: { id, action },
    body: { seen, ...(reason === null ? {} : { reason }), ...(days === null ? {} : { days }) },
  });

/**
 * Asks the server to seal the initial PIN for a window of the extension. This page relays the sealed PIN, but can neither read nor change it.
 *
 * @param cancelled aborted when the operator cancels
 * @throws CardwrightError `LOGIN_REQUIRED` with `fresh: true` if a fresh proof of identity is missing
 */
async function requestDisplay(id: string, cancelled: AbortSignal) {
  // Asked first, so that no window opens before the proof of identity.
  const { isFresh } = await call('GET /api/session/proof');
  if (!isFresh) throw new CardwrightError('LOGIN_REQUIRED', { fresh: true });
  const client = await connectForUse(cancelled);
  try {
    const window = await client.call('secret.prepareDisplay', {}, { signal: cancelled });
    const { jws } = await call('POST /api/operator/devices/{id}/initial-pin', {
      parameters: { id },
      body: { display: window.display, key: window.key },
    });
    if (cancelled.aborted) throw new CardwrightError('CANCELLED');
    return { client, jws };
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Connects to the extension. If the site may not use devices yet, but the user can allow this, asks the user first. */
async function connectForUse(signal: AbortSignal): Promise<Client> {
  try {
    return await connect({ signal });
  } catch (error) {
    if (!isCardwrightError(error, 'SITE_NOT_GRANTED') || error.data.consent !== 'needed') throw error;
    await requestAccess(['use'], { signal });
    return connect({ signal });
  }
}
