import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { login } from '../api.js';
import { fields } from '../form-styles.js';
import { explain, text } from '../text.js';

const PROBLEMS: Readonly<Record<string, string>> = text.loginProblems;

/** The page on which people log in with their local account. */
@customElement('portal-login')
export class Login extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    css`
      main {
        display: grid;
        min-height: 100dvh;
        place-items: center;
        padding: var(--space-4);
      }

      form {
        display: grid;
        gap: var(--space-4);
        width: min(360px, 100%);
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
    `,
  ];

  @state() private accessor problem: string | null = null;
  @query('#username') private accessor username: HTMLInputElement | null = null;
  @query('#password') private accessor password: HTMLInputElement | null = null;

  protected override firstUpdated(): void {
    this.username?.focus();
  }

  protected override render(): TemplateResult {
    return html`<main>
      <form @submit=${this.#submit}>
        <span class="brand"><img src="/favicon.svg" alt="" width="28" height="28" />Cardwright</span>
        <h1>${text.logIn}</h1>
        <label for="username">${text.userName}<input id="username" autocomplete="username" required /></label>
        <label for="password">
          ${text.password}<input id="password" type="password" autocomplete="current-password" required />
        </label>
        ${this.problem === null ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
        <button type="submit" id="login" class="primary">${text.logIn}</button>
      </form>
    </main>`;
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    this.problem = null;
    try {
      const { user } = await login(this.username?.value ?? '', this.password?.value ?? '');
      location.assign(user?.role === 'operator' ? '/operator' : '/my-devices');
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      this.problem = PROBLEMS[error.code] ?? explain(error.code);
    }
  };
}
