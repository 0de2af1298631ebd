import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call, type AnswerOf } from '../api.js';
import { fields } from '../form-styles.js';
import { helpDeskContact, helpDeskContactStyles } from '../help-desk-contact.js';
import { languageSwitch, languageSwitchStyles } from '../language-switch.js';
import { messageOf, text } from '../text.js';
import { newPasswordFields, newPasswordIn, passwordFormStyles } from './password-form.js';

const { passwords: words } = text;

type Owner = AnswerOf<'POST /api/password-link'>['user'];

/**
 * The page behind a link for a new password. The token of the link is in the fragment of the address, which browsers send to no server. It is removed
 * from the address once it is of no more use.
 */
@customElement('portal-set-password')
export class SetPassword extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    helpDeskContactStyles,
    languageSwitchStyles,
    passwordFormStyles,
    css`
      main {
        display: grid;
        min-height: 100dvh;
        align-content: center;
        justify-items: center;
        gap: var(--space-4);
        padding: var(--space-4);
      }
    `,
  ];

  readonly #token = location.hash.slice(1);
  @state() private accessor stage: 'reading' | 'open' | 'set' | 'not-valid' = 'reading';
  @state() private accessor owner: Owner = null;
  @state() private accessor problem: string | null = null;
  #isBusy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    // Another link, pasted into the address of this page.
    addEventListener('hashchange', reload);
    void this.#during(this.#read());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', reload);
  }

  protected override render(): TemplateResult {
    return html`<main>${this.#content()} ${languageSwitch()}</main>`;
  }

  #content(): TemplateResult | typeof nothing {
    switch (this.stage) {
      case 'open':
        return this.#form();
      case 'set':
        return html`<h1>${words.setTitle}</h1>
          <p role="status">${words.set}</p>
          <p><a href="/login">${text.signIn}</a></p>`;
      case 'not-valid':
        return html`<h1>${words.setTitle}</h1>
          <p role="alert">${words.linkNotValid} ${helpDeskContact() ?? nothing}</p>`;
      case 'reading':
        return html`<h1>${words.setTitle}</h1>
          ${this.problem === null ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}`;
    }
  }

  #form(): TemplateResult {
    return html`<form @submit=${this.#submit}>
      <h1>${words.setTitle}</h1>
      <p>${words.linkFor(this.owner?.displayName ?? '')}</p>
      <label for="username">
        ${text.userName}
        <input id="username" autocomplete="username" readonly .value=${this.owner?.username ?? ''} />
      </label>
      ${newPasswordFields(this.problem)}
      <button type="submit" id="set" class="primary">${words.setButton}</button>
    </form>`;
  }

  async #read(): Promise<void> {
    if (!/^[\w-]{43}$/.test(this.#token)) {
      this.#end('not-valid');
      return;
    }
    const { user } = await call('POST /api/password-link', { body: { token: this.#token } });
    this.owner = user;
    if (user === null) this.#end('not-valid');
    else this.stage = 'open';
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!this.#isBusy) void this.#during(this.#set());
  };

  async #set(): Promise<void> {
    const newPassword = newPasswordIn(this.renderRoot);
    this.problem = newPassword === null ? words.different : null;
    if (newPassword === null) return;
    const { outcome } = await call('PUT /api/password-link', { body: { token: this.#token, newPassword } });
    if (outcome === 'set' || outcome === 'not-valid') this.#end(outcome);
    else this.problem = words.problems[outcome];
  }

  /** Shows the end of the link, and removes its token from the address. */
  #end(stage: 'set' | 'not-valid'): void {
    history.replaceState(null, '', location.pathname);
    this.stage = stage;
  }

  async #during(work: Promise<void>): Promise<void> {
    this.#isBusy = true;
    try {
      await work;
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      this.problem = error.code === 'RATE_LIMITED' ? text.signInProblems.RATE_LIMITED : messageOf(error);
    } finally {
      this.#isBusy = false;
    }
  }
}

const reload = (): void => location.reload();
