import { isCardwrightError } from '@cardwright/protocol';
import { PROVE_OWNER } from '@cardwright/protocol/mobile';
import { buttons, theme, type OperationElement } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { call, type User } from '../api.js';
import type { OwnProofs } from '../own-proofs.js';
import { HELP, HELP_DESK } from '../support.js';
import { fields } from '../form-styles.js';
import { helpDeskContact, helpDeskContactStyles } from '../help-desk-contact.js';
import { giveSecondFactor, passkeyProblem, registerPasskey } from '../own-passkeys.js';
import { isHalf, type SecondStep as Step } from '../second-factor.js';
import { leave } from '../shell.js';
import { text } from '../text.js';
import { signInBox } from './sign-in-styles.js';

/** The means that the user has for the second step. */
type Means = Pick<OwnProofs, 'passkey' | 'card'>;

/**
 * The second step of a sign-in: the user uses a passkey or one of their devices, or registers the first passkey. A click begins it, because browsers open
 * their dialog only then.
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
  /** The user's means for the second step; null until they are known. */
  @state() private accessor means: Means | null = null;
  @query('.primary') private accessor button: HTMLButtonElement | null = null;
  @query('cardwright-operation') private accessor wizard: OperationElement | null = null;
  /** Controls the open dialog of the browser; null while none is open. */
  #asking: AbortController | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#asking?.abort();
  }

  protected override firstUpdated(): void {
    void this.#offer();
  }

  protected override render(): TemplateResult {
    const { title, someoneElse, lost, card } = text.secondStep;
    const { means } = this;
    if (means === null) return html`<section class="box"></section>`;
    return html`<section class="box" aria-labelledby="title">
      <span class="brand"><img src="/favicon.svg" alt="" width="28" height="28" />Cardwright</span>
      <h1 id="title">${title}</h1>
      <p id="hint">${this.#hintFor(means)}</p>
      ${this.problem === null ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
      ${means.passkey ? this.#button('second-step', 'primary', text.secondStep[this.#passkeyWords].button, this.#take) : nothing}
      ${means.card ? this.#button('card-step', means.passkey ? '' : 'primary', card.button, this.#useCard) : nothing}
      <button type="button" id="someone-else" @click=${leave}>${someoneElse}</button>
      <p class="help">${lost} ${helpDeskContact() ?? nothing}</p>
      ${means.card ? this.#cardWizard() : nothing}
    </section>`;
  }

  get #passkeyWords(): 'use' | 'register' {
    return this.step === 'needed' ? 'use' : 'register';
  }

  #hintFor(means: Means): string {
    const { card, either } = text.secondStep;
    if (!means.card) return text.secondStep[this.#passkeyWords].hint;
    return means.passkey ? either : card.hint;
  }

  #button(id: string, rank: 'primary' | '', label: string, press: () => unknown): TemplateResult {
    return html`<button type="button" id=${id} class=${rank} aria-describedby="hint" @click=${press}>${label}</button>`;
  }

  #cardWizard(): TemplateResult {
    return html`<cardwright-operation
      kind=${PROVE_OWNER}
      endpoint="/api/session/second-factor/card"
      help=${HELP}
      .helpDesk=${HELP_DESK}
      @cardwright-done=${this.#onProved}
    ></cardwright-operation>`;
  }

  /** Offers what the user has for the second step. */
  async #offer(): Promise<void> {
    this.means = await this.#findMeans();
    await this.updateComplete;
    this.button?.focus();
  }

  /** Finds out what the user has. Someone who has nothing that counts now is offered a passkey, which says so. */
  async #findMeans(): Promise<Means> {
    if (this.step === 'to-register') return { passkey: true, card: false };
    // If the portal does not answer, the button says so.
    const session = await call('GET /api/session').catch(() => null);
    const { passkey = true, card = false } = session?.proofs ?? {};
    return { passkey: passkey || !card, card };
  }

  readonly #useCard = (): void => {
    this.problem = null;
    void this.wizard?.open();
  };

  /** Continues once the last results of the card have given the second factor. */
  readonly #onProved = async (): Promise<void> => {
    const session = await call('GET /api/session');
    if (session.user === null) this.again?.();
    else if (isHalf(session)) this.problem = text.secondStep.cardRefused;
    else this.entered?.(session.user);
  };

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
