import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { call, type User } from '../api.js';
import { fields } from '../form-styles.js';
import { helpDeskContact, helpDeskContactStyles } from '../help-desk-contact.js';
import { languageSwitch, languageSwitchStyles } from '../language-switch.js';
import { firstPageOf } from '../rights.js';
import { explain, text } from '../text.js';
import { wantedPage } from '../sign-in-address.js';
import { PasskeyLogin } from './passkey-login.js';
import { ProviderLogin, type Provider, type Refusal } from './provider-login.js';

const PROBLEMS: Readonly<Record<string, string>> = text.signInProblems;

/**
 * The page on which users sign in at a provider, with the password of their local account, or with a passkey of one of their devices. Providers
 * return to this page too.
 */
@customElement('portal-login')
export class Login extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    helpDeskContactStyles,
    languageSwitchStyles,
    css`
      main {
        display: grid;
        min-height: 100dvh;
        align-content: center;
        justify-items: center;
        gap: var(--space-4);
        padding: var(--space-4);
      }

      form {
        display: grid;
        gap: var(--space-4);
        width: min(22.5rem, 100%);
        padding: var(--space-6);
        border: 1px solid var(--line);
        border-radius: calc(var(--radius) + 4px);
        background: var(--surface);
        box-shadow: var(--shadow);
      }

      .brand {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        font-weight: 700;
      }

      h1 {
        font-size: 1.4rem;
      }

      .help {
        color: var(--text-muted);
        font-size: 0.9375rem;
      }

      .or {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        color: var(--text-muted);
      }

      .or::before,
      .or::after {
        flex: 1;
        border-top: 1px solid var(--line);
        content: '';
      }
    `,
  ];

  @state() private accessor problem: string | null = null;
  @state() private accessor takesPasskeys = false;
  @state() private accessor providers: readonly Provider[] = [];
  /** Set from the return of a provider until the portal has judged its answer. */
  @state() private accessor isReturning = false;
  /** Outcome of a new proof for which this window was opened; undefined if it was opened for no proof. */
  @state() private accessor judged: Refusal | null | undefined = undefined;
  @query('#username') private accessor username: HTMLInputElement | null = null;
  @query('#password') private accessor password: HTMLInputElement | null = null;
  readonly #wanted = wantedPage();
  readonly #passkeys = new PasskeyLogin({
    entered: (user) => this.#enter(user),
    failed: (error) => this.#explain(error),
  });
  readonly #provider = new ProviderLogin({
    entered: (user, returnTo) => enter(user, returnTo),
    refused: (refusal) => {
      this.problem = text.signInRefusals[refusal];
    },
    judged: (refusal) => {
      this.judged = refusal;
      if (refusal === null) window.close();
    },
    failed: (error) => this.#explain(error),
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.isReturning = this.#provider.isReturning;
  }

  protected override firstUpdated(): void {
    void this.#start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#passkeys.stop();
  }

  protected override render(): TemplateResult {
    if (this.judged !== undefined) return judgedProof(this.judged);
    if (this.isReturning) return html`<main><h1 role="status">${text.signingIn}</h1></main>`;
    return html`<main>
      <form @submit=${this.#submit}>
        <span class="brand"><img src="/favicon.svg" alt="" width="28" height="28" />Cardwright</span>
        <h1>${text.signIn}</h1>
        ${this.#providerButtons()}
        <label for="username">${text.userName}<input id="username" autocomplete="username webauthn" required /></label>
        <label for="password">
          ${text.password}<input id="password" type="password" autocomplete="current-password" required />
        </label>
        ${this.problem === null ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
        <button type="submit" id="login" class="primary">${text.signIn}</button>
        ${
          this.takesPasskeys
            ? html`<span class="or">${text.or}</span>
                <button type="button" id="passkey" @click=${this.#askForPasskey}>${text.signInWithPasskey}</button>`
            : nothing
        }
        <p class="help">${text.cannotSignIn} ${helpDeskContact() ?? nothing}</p>
      </form>
      ${languageSwitch()}
    </main>`;
  }

  #providerButtons(): TemplateResult | typeof nothing {
    if (this.providers.length === 0) return nothing;
    return html`${this.providers.map(
        ({ name, title }) =>
          html`<button type="button" class="provider" data-provider=${name} @click=${() => this.#leaveFor(name)}>
            ${text.signInWith(title)}
          </button>`,
      )}<span class="or">${text.or}</span>`;
  }

  /** Completes the sign-in of a provider that has returned here. Otherwise, or if that opens no session, offers all ways to sign in. */
  async #start(): Promise<void> {
    if (this.isReturning && (await this.#provider.finish())) return;
    this.isReturning = false;
    await this.updateComplete;
    this.username?.focus();
    this.providers = await this.#provider.list();
    await this.#offerPasskeys();
  }

  readonly #leaveFor = (provider: string): void => {
    this.problem = null;
    void this.#provider.begin(provider, this.#wanted);
  };

  readonly #enter = (user: User): void => enter(user, this.#wanted);

  /** Offers passkeys if the portal accepts them and the browser supports them. Does nothing if the portal cannot be reached. */
  async #offerPasskeys(): Promise<void> {
    const { passkeys } = await call('GET /api/session').catch(() => ({ passkeys: false }));
    this.takesPasskeys = passkeys && 'PublicKeyCredential' in globalThis;
    if (this.takesPasskeys) await this.#passkeys.offer();
  }

  readonly #askForPasskey = (): void => {
    this.problem = null;
    void this.#passkeys.ask();
  };

  #explain(error: unknown): void {
    if (isCardwrightError(error)) this.problem = PROBLEMS[error.code] ?? explain(error.code);
    else if (error instanceof DOMException) this.problem = text.noPasskeyHere;
    else throw error;
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    this.problem = null;
    try {
      const [username, password] = [this.username?.value ?? '', this.password?.value ?? ''];
      const answer = await call('POST /api/session', { body: { username, password } });
      if ('refusal' in answer) this.problem = text.signInRefusals[answer.refusal];
      else if (answer.weakness === null) this.#enter(answer.user);
      else location.assign('/password#advised');
    } catch (error) {
      this.#explain(error);
    }
  };
}

/** Renders the outcome of a new proof, for browsers that do not let a page close its window, and for a person who has to know why it does not count. */
function judgedProof(refusal: Refusal | null): TemplateResult {
  const { freshProof: words } = text;
  return html`<main>
    <h1 role="status">${refusal === null ? words.proved : words.windowProblems[refusal]}</h1>
    <p>${words.closeWindow}</p>
  </main>`;
}

/**
 * Opens the page that the user wanted, or else the user's first page. This is a function declaration, so that the function exists even if the element is made before the end of this
 * module is reached.
 */
function enter(user: User, wanted: string | null): void {
  location.assign(wanted ?? firstPageOf(user));
}
