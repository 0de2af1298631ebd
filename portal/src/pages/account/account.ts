import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call, type User } from '../api.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { registerPasskey } from '../own-passkeys.js';
import '../passkey-list.js';
import type { PasskeySource } from '../passkey-list.js';
import '../session-list.js';
import type { SessionSource } from '../session-list.js';
import '../shell.js';
import { requireLogin } from '../shell.js';
import { text } from '../text.js';
import './own-access.js';

const OWN: SessionSource = {
  read: () => call('GET /api/account/sessions'),
  end: (id) => call('POST /api/account/sessions/{id}/end', { parameters: { id }, body: {} }),
  endOthers: () => call('POST /api/account/sessions/end', { body: { which: 'others' } }),
  endAll: () => call('POST /api/account/sessions/end', { body: { which: 'all' } }),
};

/** The own passkeys, where the portal's address permits no new ones. */
const PASSKEYS_AS_THEY_ARE: PasskeySource = {
  read: () => call('GET /api/account/passkeys'),
  remove: (id) => call('POST /api/account/passkeys/{id}/remove', { parameters: { id }, body: {} }),
  rename: (id, name) => call('PUT /api/account/passkeys/{id}/name', { parameters: { id }, body: { name } }),
  none: text.signInPasskeys.none,
  consequence: text.signInPasskeys.removeHint,
};

const PASSKEYS: PasskeySource = { ...PASSKEYS_AS_THEY_ARE, register: registerPasskey };

/** The page My account: a person's passkeys, where the person is signed in, and what happened to the account. */
@customElement('portal-account')
export class AccountPage extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    problemStyles,
    css`
      h1 {
        font-size: 1.6rem;
      }

      h2 {
        margin-block: var(--space-6) var(--space-2);
        font-size: 1.25rem;
      }

      p {
        max-width: 70ch;
        margin-bottom: var(--space-3);
      }
    `,
  ];

  @state() private accessor user: User | null = null;
  @state() private accessor takesPasskeys = false;
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult | typeof nothing {
    const { title, access, accessHint } = text.account;
    if (this.user === null) return this.#problem.renderAlone(title);
    return html`<portal-shell .user=${this.user}>
      <h1>${title}</h1>
      <p><a href="/password">${text.passwords.changeTitle}</a></p>
      <h2>${text.signInPasskeys.title}</h2>
      <p>${text.signInPasskeys.hint}</p>
      <portal-passkey-list .source=${this.takesPasskeys ? PASSKEYS : PASSKEYS_AS_THEY_ARE}></portal-passkey-list>
      <h2>${text.sessions.title}</h2>
      <p>${text.sessions.hint}</p>
      <portal-session-list .source=${OWN}></portal-session-list>
      <h2>${access}</h2>
      <p>${accessHint}</p>
      <portal-own-access></portal-own-access>
    </portal-shell>`;
  }

  async #load(): Promise<void> {
    ({ user: this.user, passkeys: this.takesPasskeys } = await requireLogin());
  }
}
