import { isCardwrightError } from '@cardwright/protocol';
import { OperationWizard, buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { call } from './api.js';
import { fields } from './form-styles.js';
import { ownProofs } from './own-proofs.js';
import { choosePasskey } from './passkey.js';
import { openProofWindow, proveInWindow, type WindowProblem } from './proof-window.js';
import { endedAddress } from './sign-in-address.js';
import { explain, text } from './text.js';

const { freshProof: words } = text;
const PROBLEMS: Readonly<Record<string, string>> = words.problems;

/**
 * Asks a logged-in user for a new proof of identity, in each way that the user has: the password, a passkey, or the provider that has opened the
 * session. The element stands in the slot `proof` of a wizard, which continues after the proof. Elsewhere it dispatches `portal-proved`.
 *
 * @example
 * <cardwright-unlock><portal-fresh-proof slot="proof"></portal-fresh-proof></cardwright-unlock>
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

  @state() private accessor problem: string | null = null;
  /** Set while a window at the provider is open, or was closed without a word. Another proof can take its place. */
  @state() private accessor isInWindow = false;
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

  /** Focuses the first field or button. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('input, button')?.focus();
  }

  protected override render(): TemplateResult {
    const { password, passkey, provider } = ownProofs();
    const takesPasskey = passkey && 'PublicKeyCredential' in globalThis;
    const isNone = !password && !takesPasskey && provider === null;
    return html`<form @submit=${this.#submit}>
      ${password ? this.#passwordField() : nothing} ${isNone ? html`<p>${words.none}</p>` : nothing}
      ${this.problem === null ? nothing : html`<p id="problem" class="problem" role="alert">${this.problem}</p>`}
      <div class="buttons">
        ${password ? html`<button type="submit" id="prove" class="primary">${words.confirm}</button>` : nothing}
        ${
          provider === null
            ? nothing
            : html`<button
                type="button"
                id="prove-at-provider"
                class=${password ? '' : 'primary'}
                @click=${this.#askProvider}
              >
                ${words.withProvider(provider.title)}
              </button>`
        }
        ${
          takesPasskey
            ? html`<button type="button" id="prove-by-passkey" @click=${this.#askForPasskey}>
                ${words.withPasskey}
              </button>`
            : nothing
        }
      </div>
      <p id="waiting" role="status" class=${this.isInWindow ? '' : 'visually-hidden'}>
        ${this.isInWindow ? words.inWindow : nothing}
      </p>
    </form>`;
  }

  #passwordField(): TemplateResult {
    return html`<label for="password">
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
    </label>`;
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

  readonly #askProvider = (): void => {
    const opened = openProofWindow();
    void this.#give((signal) => {
      this.isInWindow = opened !== null;
      return proveInWindow(opened, signal, (problem) => this.#tell(problem, signal));
    });
  };

  /**
   * Asks for the proof, and tells the wizard once the user has completed it. Does nothing while another proof is running, unless that one is in a window,
   * which the user may have closed.
   *
   * @param prove resolves with true if the user completed the proof
   */
  async #give(prove: (signal: AbortSignal) => Promise<boolean>): Promise<void> {
    if (this.#giving !== null && !this.isInWindow) return;
    this.#giving?.abort();
    const giving = new AbortController();
    this.#giving = giving;
    this.problem = null;
    this.isInWindow = false;
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
      if (this.#giving === giving) {
        this.#giving = null;
        this.isInWindow = false;
      }
    }
  }

  /** Says what happened in the window, or that there is none. */
  #tell(problem: WindowProblem, { aborted }: AbortSignal): void {
    if (!aborted) this.problem = words.windowProblems[problem];
  }

  #explain(error: unknown): void {
    if (isCardwrightError(error, 'LOGIN_REQUIRED')) location.assign(endedAddress());
    else if (isCardwrightError(error)) this.problem = PROBLEMS[error.code] ?? explain(error.code);
    else if (error instanceof DOMException) this.problem = words.noPasskeyHere;
    else throw error;
    this.password?.focus();
    this.password?.select();
  }

  /** Ends a running proof and clears the password, which must not stay in the page after a proof or in a closed wizard. */
  readonly #forget = (): void => {
    this.#giving?.abort();
    this.#giving = null;
    this.isInWindow = false;
    this.problem = null;
    if (this.password !== null) this.password.value = '';
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-fresh-proof': FreshProof;
  }
}
