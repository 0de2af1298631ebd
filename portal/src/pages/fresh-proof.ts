import { isCardwrightError } from '@cardwright/protocol';
import { OperationWizard, buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { call } from './api.js';
import { fields } from './form-styles.js';
import { choosePasskey } from './passkey.js';
import { explain, text } from './text.js';

const PROBLEMS: Readonly<Record<string, string>> = text.freshProof.problems;

/**
 * Asks a logged-in user for a new proof of identity. The element stands in the slot `proof` of a wizard, which continues after the
 * proof.
 *
 * @example
 * <cardwright-unlock><portal-fresh-proof slot="proof" takes-passkeys></portal-fresh-proof></cardwright-unlock>
 */
@customElement('portal-fresh-proof')
export class FreshProof extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    css`
      form {
        display: grid;
        gap: var(--space-4);
      }

      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
    `,
  ];

  /** Set if the portal accepts a passkey as the proof, besides the password. */
  @property({ type: Boolean, attribute: 'takes-passkeys' }) accessor takesPasskeys = false;
  @state() private accessor problem: string | null = null;
  @query('#password') private accessor password: HTMLInputElement | null = null;
  /** Controls the running proof; null while no proof runs. Aborted when the wizard closes. */
  #giving: AbortController | null = null;
  #wizard: OperationWizard | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#wizard = this.parentElement instanceof OperationWizard ? this.parentElement : null;
    this.#wizard?.addEventListener('cardwright-closed', this.#forget);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#wizard?.removeEventListener('cardwright-closed', this.#forget);
    this.#forget();
  }

  protected override render(): TemplateResult {
    const { confirm, withPasskey } = text.freshProof;
    const isOffered = this.takesPasskeys && 'PublicKeyCredential' in globalThis;
    return html`<form @submit=${this.#submit}>
      <label for="password">
        ${text.password}
        <input
          id="password"
          type="password"
          autocomplete="current-password"
          required
          maxlength="200"
          aria-invalid=${this.problem !== null}
          aria-describedby=${this.problem === null ? nothing : 'problem'}
        />
      </label>
      ${this.problem === null ? nothing : html`<p id="problem" class="problem" role="alert">${this.problem}</p>`}
      <div class="buttons">
        <button type="submit" id="prove" class="primary">${confirm}</button>
        ${
          isOffered
            ? html`<button type="button" id="prove-by-passkey" @click=${this.#askForPasskey}>${withPasskey}</button>`
            : nothing
        }
      </div>
    </form>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const password = this.password?.value ?? '';
    void this.#give(async () => {
      await call('POST /api/session/proof', { body: { password } });
      return true;
    });
  };

  readonly #askForPasskey = (): void => {
    void this.#give(async (signal) => {
      const { options } = await call('POST /api/session/passkey/options', { body: {} });
      const timeout = AbortSignal.timeout(options.timeout);
      const credential = await choosePasskey(options, 'optional', AbortSignal.any([signal, timeout]));
      if (credential === null) return false;
      await call('POST /api/session/proof/passkey', { body: { credential } });
      return true;
    });
  };

  /**
   * Asks for the proof, and tells the wizard once the user has completed it. Does nothing while another proof is running.
   *
   * @param prove resolves with true if the user completed the proof
   */
  async #give(prove: (signal: AbortSignal) => Promise<boolean>): Promise<void> {
    if (this.#giving !== null) return;
    const giving = new AbortController();
    this.#giving = giving;
    this.problem = null;
    try {
      const isProved = await prove(giving.signal);
      // The user may have closed the wizard meanwhile, and even opened it again.
      if (!isProved || giving.signal.aborted) return;
      this.#forget();
      this.#wizard?.proved();
      // A dialog of the page that is no wizard continues by this event.
      this.dispatchEvent(new Event('portal-proved'));
    } catch (error) {
      if (!giving.signal.aborted) this.#explain(error);
    } finally {
      if (this.#giving === giving) this.#giving = null;
    }
  }

  #explain(error: unknown): void {
    if (isCardwrightError(error, 'LOGIN_REQUIRED')) location.assign('/login');
    else if (isCardwrightError(error)) this.problem = PROBLEMS[error.code] ?? explain(error.code);
    else if (error instanceof DOMException) this.problem = text.noPasskeyHere;
    else throw error;
    this.password?.focus();
    this.password?.select();
  }

  /** Ends a running proof and clears the password, which must not stay in the page after a proof or in a closed wizard. */
  readonly #forget = (): void => {
    this.#giving?.abort();
    this.#giving = null;
    this.problem = null;
    if (this.password !== null) this.password.value = '';
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-fresh-proof': FreshProof;
  }
}
