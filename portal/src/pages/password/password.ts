import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { call, type User } from '../api.js';
import { fields } from '../form-styles.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { firstPageOf } from '../rights.js';
import '../shell.js';
import { requireLogin } from '../shell.js';
import { text } from '../text.js';
import { newPasswordFields, newPasswordIn, passwordFormStyles } from './password-form.js';

const { passwords: words } = text;
const PROBLEMS: Readonly<Record<string, string>> = text.freshProof.problems;

/** Fragment of the address to which the sign-in page leads whoever has a password that nobody could set today. */
const ADVISED = '#advised';

/** The page on which users change their own password. */
@customElement('portal-password')
export class PasswordPage extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    problemStyles,
    passwordFormStyles,
    css`
      .advice {
        margin-bottom: var(--space-4);
      }

      footer {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3);
      }
    `,
  ];

  @state() private accessor user: User | null = null;
  @state() private accessor problem: string | null = null;
  @state() private accessor isChanged = false;
  @query('#present') private accessor present: HTMLInputElement | null = null;
  @query('form') private accessor form: HTMLFormElement | null = null;
  readonly #pageProblem = new PageProblem(this);
  #isBusy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#pageProblem.during(this.#load());
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.user === null) return this.#pageProblem.renderAlone(words.changeTitle);
    const isAdvised = location.hash === ADVISED && !this.isChanged;
    return html`<portal-shell .user=${this.user}>
      ${this.#pageProblem.render()} ${isAdvised ? html`<p class="advice" role="status">${words.advice}</p>` : nothing}
      <form @submit=${this.#submit}>
        <h1>${words.changeTitle}</h1>
        <input autocomplete="username" hidden .value=${this.user.username} />
        <label for="present">
          ${words.present}
          <input id="present" type="password" autocomplete="current-password" maxlength="200" required />
        </label>
        ${newPasswordFields(this.problem)}
        <p class=${this.isChanged ? 'done' : 'visually-hidden'} role="status">
          ${this.isChanged ? words.changed : nothing}
        </p>
        <footer>
          <button type="submit" id="change" class="primary">${words.changeTitle}</button>
          ${isAdvised ? html`<a id="later" href=${firstPageOf(this.user)}>${words.later}</a>` : nothing}
        </footer>
      </form>
    </portal-shell>`;
  }

  async #load(): Promise<void> {
    ({ user: this.user } = await requireLogin());
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (!this.#isBusy) void this.#pageProblem.during(this.#change());
  };

  async #change(): Promise<void> {
    const newPassword = newPasswordIn(this.renderRoot);
    this.isChanged = false;
    this.problem = newPassword === null ? words.different : null;
    if (newPassword === null) return;
    this.#isBusy = true;
    try {
      const password = this.present?.value ?? '';
      const { problem } = await call('PUT /api/session/password', { body: { password, newPassword } });
      this.problem = problem === null ? null : words.problems[problem];
      this.isChanged = problem === null;
      if (problem === null) this.form?.reset();
    } catch (error) {
      this.problem = isCardwrightError(error) ? (PROBLEMS[error.code] ?? null) : null;
      if (this.problem === null) throw error;
    } finally {
      this.#isBusy = false;
    }
  }
}
