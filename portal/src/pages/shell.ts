import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { call, type AnswerOf, type User } from './api.js';
import { languageSwitch, languageSwitchStyles } from './language-switch.js';
import { keepProofs } from './own-proofs.js';
import { isForOperators, keepRights } from './rights.js';
import { isHalf } from './second-factor.js';
import { signInAddress } from './sign-in-address.js';
import { text } from './text.js';

/** The frame of every page behind the login: name, navigation, current user, choice of language, and the button that signs out. */
@customElement('portal-shell')
export class Shell extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    languageSwitchStyles,
    css`
      header {
        border-bottom: 1px solid var(--line);
        background: var(--surface);
      }

      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-5);
        max-width: 1080px;
        margin: 0 auto;
        padding: var(--space-3) var(--space-4);
      }

      .brand {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        font-weight: 700;
      }

      nav {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1);
      }

      nav a {
        padding: var(--space-2) var(--space-3);
        border-radius: var(--radius);
        color: var(--text);
        text-decoration: none;
        font-weight: 550;
      }

      nav a:hover {
        background: var(--surface-raised);
      }

      nav a[aria-current] {
        background: var(--accent-soft);
        color: var(--accent);
      }

      .user {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3);
        margin-left: auto;
      }

      main {
        display: block;
        max-width: 1080px;
        margin: 0 auto;
        padding: var(--space-6) var(--space-4);
        /* A narrow page depends on the size of the text, which a media query does not know. */
        container: page / inline-size;
      }
    `,
  ];

  @property({ attribute: false }) accessor user: User | null = null;

  protected override render(): TemplateResult {
    return html`
      <header>
        <div class="bar">
          <span class="brand"><img src="/favicon.svg" alt="" width="28" height="28" />Cardwright</span>
          <nav aria-label=${text.pages}>
            ${this.user?.rights.includes('own-devices') ? link('/my-devices', text.myDevices) : nothing}
            ${this.user !== null && isForOperators(this.user) ? link('/operator', text.operator) : nothing}
            ${link('/account', text.account.title)}
          </nav>
          <span class="user">
            <span class="muted">${this.user?.displayName}</span>
            ${languageSwitch()}
            <button type="button" id="logout" @click=${leave}>${text.signOut}</button>
          </span>
        </div>
      </header>
      <main><slot></slot></main>
    `;
  }
}

const link = (href: string, label: string): TemplateResult =>
  html`<a href=${href} aria-current=${location.pathname === href ? 'page' : nothing}>${label}</a>`;

/** Signs out, and opens the sign-in page. */
export async function leave(): Promise<void> {
  const { next } = await call('DELETE /api/session');
  location.assign(next ?? '/login');
}

/** Returns the session, for a page behind the login. If nobody is logged in, or the second factor is missing, opens the login page and never returns. */
export async function requireLogin(): Promise<AnswerOf<'GET /api/session'>> {
  const session = await call('GET /api/session');
  if (session.user === null || isHalf(session)) {
    location.assign(signInAddress());
    // The page's next request would be refused, as if a session had ended.
    await new Promise<never>(() => undefined);
  }
  keepRights(session.user);
  keepProofs(session.proofs);
  return session;
}
