import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { call, type User } from '../api.js';
import { fields } from '../form-styles.js';
import { helpDeskContact, helpDeskContactStyles } from '../help-desk-contact.js';
import { giveSecondFactor, passkeyProblem, registerPasskey } from '../own-passkeys.js';
import { isHalf, type SecondStep as Step } from '../second-factor.js';
import { leave } from '../shell.js';
import { text } from '../text.js';
import { signInBox } from './sign-in-styles.js';

/**
 * The second step of a sign-in: the user uses a passkey, or registers the first one. A click begins it, because browsers open their dialog only then.
 * Calls `entered` once the sign-in is complete, and `again` if the user has to sign in again first.
 */
@customElement('portal-second-step')
export class SecondStep extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    helpDeskContactStyles,
    signInBox,
    css`
      :host {
        display: contents;
      }
    `,
  ];

  @property({ attribute: false }) accessor step: Step = 'needed';
  @property({ attribute: false }) accessor entered: ((user: User) => void) | null = null;
  @property({ attribute: false }) accessor again: (() => void) | null = null;
  @state() private accessor problem: string | null = null;
  @query('#second-step') private accessor button: HTMLButtonElement | null = null;
  /** Controls the open dialog of the browser; null while none is open. */
  #asking: AbortController | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#asking?.abort();
  }

  protected override firstUpdated(): void {
    this.button?.focus();
  }

  protected override render(): TemplateResult {
    const { title, someoneElse, lost, ...words } = text.secondStep;
    const { hint, button } = words[this.step === 'needed' ? 'use' : 'register'];
    return html`<section class="box" aria-labelledby="title">
      <span class="brand"><img src="/favicon.svg" alt="" width="28" height="28" />Cardwright</span>
      <h1 id="title">${title}</h1>
      <p id="hint">${hint}</p>
      ${this.problem === null ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
      <button type="button" id="second-step" class="primary" aria-describedby="hint" @click=${this.#take}>
        ${button}
      </button>
      <button type="button" id="someone-else" @click=${leave}>${someoneElse}</button>
      <p class="help">${lost} ${helpDeskContact() ?? nothing}</p>
    </section>`;
  }

  readonly #take = async (): Promise<void> => {
    if (this.#asking !== null) return;
    const asking = new AbortController();
    this.#asking = asking;
    this.problem = null;
    try {
      await (this.step === 'needed' ? this.#use(asking.signal) : this.#register(asking.signal));
    } catch (error) {
      if (!asking.signal.aborted) await this.#explain(error);
    } finally {
      this.#asking = null;
    }
  };

  async #use(signal: AbortSignal): Promise<void> {
    const given = await giveSecondFactor(signal);
    if (given === 'none') this.problem = text.signInPasskeys.problems.none;
    else if (given !== 'closed') this.#proceed(given);
  }

  async #register(signal: AbortSignal): Promise<void> {
    const registered = await registerPasskey(signal);
    if (registered === null) return;
    if (registered.refusal === null) this.#proceed(registered);
    else this.problem = text.signInPasskeys.refusals[registered.refusal];
  }

  /** Another tab may have been faster, so that this answer is about a session that has changed since. */
  #proceed(answer: Parameters<typeof isHalf>[0] & { readonly user: User }): void {
    if (isHalf(answer)) location.reload();
    else this.entered?.(answer.user);
  }

  async #explain(error: unknown): Promise<void> {
    if (!isCardwrightError(error, 'LOGIN_REQUIRED')) this.problem = passkeyProblem(error);
    else if (!error.data.fresh || !(await goToProvider())) this.again?.();
  }
}

/** Opens the provider that has opened the session, for a new proof of identity. Resolves with false if none has. */
async function goToProvider(): Promise<boolean> {
  try {
    const begun = await call('POST /api/session/proof/provider', { body: {} });
    if ('url' in begun) location.assign(begun.url);
    return 'url' in begun;
  } catch (error) {
    if (isCardwrightError(error)) return false;
    throw error;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-second-step': SecondStep;
  }
}
