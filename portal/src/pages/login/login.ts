import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { call, type User } from '../api.js';
import { fields } from '../form-styles.js';
import { helpDeskContact, helpDeskContactStyles } from '../help-desk-contact.js';
import { languageSwitch, languageSwitchStyles } from '../language-switch.js';
import { firstPageOf } from '../rights.js';
import { secondStepOf, type SecondFactor, type SecondStep } from '../second-factor.js';
import { explain, text } from '../text.js';
import { isAfterEnd, wantedPage } from '../sign-in-address.js';
import { PasskeyLogin } from './passkey-login.js';
import { ProviderLogin, type Provider, type Refusal } from './provider-login.js';
import './second-step.js';
import { signInBox } from './sign-in-styles.js';

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
    signInBox,
    css`
      main {
        display: grid;
        min-height: 100dvh;
        align-content: center;
        justify-items: center;
        gap: var(--space-4);
        padding: var(--space-4);
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
  /** The second step, while the sign-in needs it. */
  @state() private accessor step: SecondStep | null = null;
  /** Set from the return of a provider until the portal has judged its answer. */
  @state() private accessor isReturning = false;
  /** Outcome of a new proof for which this window was opened; undefined if it was opened for no proof. */
  @state() private accessor judged: Refusal | null | undefined = undefined;
  @query('#username') private accessor username: HTMLInputElement | null = null;
  @query('#password') private accessor password: HTMLInputElement | null = null;
  #wanted = wantedPage();
  readonly #passkeys = new PasskeyLogin({
    entered: (opened) => this.#enter(opened),
    failed: (error) => this.#explain(error),
  });
  readonly #provider = new ProviderLogin({
    entered: (opened, returnTo) => {
      this.#wanted = returnTo;
      this.#enter(opened);
    },
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
    if (this.step !== null) return this.#secondStep(this.step);
    return html`<main>
      <form class="box" @submit=${this.#submit}>
        <span class="brand"><img src="/favicon.svg" alt="" width="28" height="28" />Cardwright</span>
        <h1>${text.signIn}</h1>
        ${isAfterEnd() ? html`<p id="ended" role="status">${text.sessionEnded}</p>` : nothing}
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

  #secondStep(step: SecondStep): TemplateResult {
    return html`<main>
      <portal-second-step
        .step=${step}
        .entered=${(user: User) => enter(user, this.#wanted)}
        .again=${this.#again}
      ></portal-second-step>
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
    // A portal that does not answer says so when someone signs in.
    const session = await call('GET /api/session').catch(() => null);
    this.step = session && secondStepOf(session);
    if (session && this.step === null) await this.#offerPasskeys(session.passkeys);
  }

  readonly #leaveFor = (provider: string): void => {
    this.problem = null;
    void this.#provider.begin(provider, this.#wanted);
  };

  /** Continues with the second step, or opens the page that the user wanted. */
  #enter(opened: Opened): void {
    this.step = secondStepOf(opened);
    if (this.step === null) enter(opened.user, this.#wanted);
    else {
      this.isReturning = false;
      this.#passkeys.stop();
    }
  }

  /** Begins again with the first step: the second one needs a proof of identity of the last minutes. */
  readonly #again = (): void => {
    this.step = null;
    this.problem = text.secondStep.again;
  };

  /** Offers passkeys if the portal accepts them and the browser supports them. */
  async #offerPasskeys(isAccepted: boolean): Promise<void> {
    this.takesPasskeys = isAccepted && 'PublicKeyCredential' in globalThis;
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
      else {
        if (answer.weakness !== null) this.#wanted = '/password#advised';
        this.#enter(answer);
      }
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

/** The members that the answers to all ways to sign in share. */
interface Opened {
  readonly user: User;
  readonly secondFactor: SecondFactor;
}

/**
 * Opens the page that the user wanted, or else the user's first page. This is a function declaration, so that the function exists even if the element is made before the end of this
 * module is reached.
 */
function enter(user: User, wanted: string | null): void {
  location.assign(wanted ?? firstPageOf(user));
}
