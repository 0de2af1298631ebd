import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ShownSession } from './api.js';
import { browserNameOf } from './browser-name.js';
import { formatTime } from './dates.js';
import { PageProblem, problemStyles } from './page-problem.js';
import { tables } from './table-styles.js';
import { text } from './text.js';
import { wayWords } from './way-words.js';

type Answer = Promise<{ readonly sessions: readonly ShownSession[] }>;

/** How the sessions of a person are read and ended. Each function answers with the sessions that are left. */
export interface SessionSource {
  readonly read: () => Answer;
  readonly end: (id: string) => Answer;
  /** Ends all sessions except the one of this page. Left out for the sessions of someone else. */
  readonly endOthers?: () => Answer;
  readonly endAll: () => Answer;
}

/** The open sessions of a person, with buttons that end them. Opens the login page when the session of the page itself was ended. */
@customElement('portal-session-list')
export class SessionList extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    tables,
    problemStyles,
    css`
      .this {
        display: block;
        color: var(--accent);
        font-weight: 550;
      }

      .all {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        min-height: 44px;
        margin-top: var(--space-3);
      }
    `,
  ];

  @property({ attribute: false }) accessor source: SessionSource | null = null;
  @state() private accessor sessions: readonly ShownSession[] | null = null;
  @state() private accessor outcome = '';
  @query('#ended') private accessor line: HTMLElement | null = null;
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.read();
  }

  /** Reads the sessions, also again after something else has ended some. */
  async read(): Promise<void> {
    const { source } = this;
    if (source) await this.#problem.during(source.read().then(({ sessions }) => this.#show(sessions)));
  }

  protected override render(): TemplateResult {
    const { sessions } = this;
    return html`${this.#problem.render()} ${sessions === null ? nothing : this.#list(sessions)}`;
  }

  #list(sessions: readonly ShownSession[]): TemplateResult {
    const { columns, endOthers, endAll, signOutEverywhere, none } = text.sessions;
    const hasOthers = sessions.some(({ isThis }) => !isThis);
    const { source } = this;
    return html`${
        sessions.length === 0
          ? html`<p>${none}</p>`
          : html`<table aria-label=${text.sessions.title}>
              <thead>
                <tr>
                  <th scope="col">${columns.browser}</th>
                  <th scope="col">${columns.address}</th>
                  <th scope="col">${columns.way}</th>
                  <th scope="col">${columns.since}</th>
                  <th scope="col">${columns.lastUsed}</th>
                  <th scope="col">${columns.actions}</th>
                </tr>
              </thead>
              <tbody>
                ${repeat(
                  sessions,
                  ({ id }) => id,
                  (session) => this.#row(session),
                )}
              </tbody>
            </table>`
      }
      <div class="all">
        <p id="ended" class="muted" role="status" tabindex="-1">${this.outcome}</p>
        ${
          source?.endOthers && hasOthers
            ? html`<button type="button" id="end-others" @click=${() => this.#end(source.endOthers)}>
                ${endOthers}
              </button>`
            : nothing
        }
        ${
          sessions.length > 0
            ? html`<button type="button" id="end-all" class="danger" @click=${() => this.#end(source?.endAll)}>
                ${source?.endOthers ? signOutEverywhere : endAll}
              </button>`
            : nothing
        }
      </div>`;
  }

  #row(session: ShownSession): TemplateResult {
    const { id, address, provedBy, createdAt, lastUsedAt, isThis } = session;
    const { columns, thisOne, end, endOf } = text.sessions;
    const browser = browserOf(session);
    return html`<tr>
      <th scope="row">${browser} ${isThis ? html`<span class="this">${thisOne}</span>` : nothing}</th>
      <td data-head=${columns.address}>${address ?? '–'}</td>
      <td data-head=${columns.way}>${wayWords(provedBy)}</td>
      <td data-head=${columns.since}>${formatTime(createdAt)}</td>
      <td data-head=${columns.lastUsed}>${formatTime(lastUsedAt)}</td>
      <td>
        <button
          type="button"
          data-action="end"
          aria-label=${endOf(browser)}
          @click=${() => this.#end(() => this.source?.end(id))}
        >
          ${end}
        </button>
      </td>
    </tr>`;
  }

  /** Ends sessions and shows those that are left. The focus goes to the line that says so, because the pressed button may be gone. */
  readonly #end = async (end: (() => Answer | undefined) | undefined): Promise<void> => {
    const isOwn = this.sessions?.some(({ isThis }) => isThis) ?? false;
    const before = this.sessions?.length ?? 0;
    await this.#problem.during(
      (async () => {
        const left = await end?.();
        if (!left) return;
        if (isOwn && !left.sessions.some(({ isThis }) => isThis)) {
          location.assign('/login');
          return;
        }
        this.#show(left.sessions);
        this.outcome = text.sessions.ended(Math.max(0, before - left.sessions.length));
        await this.updateComplete;
        this.line?.focus();
      })(),
    );
  };

  #show(sessions: readonly ShownSession[]): void {
    this.sessions = sessions;
  }
}

/** Returns the browser of a session in words. */
function browserOf({ browser: userAgent }: ShownSession): string {
  const { browser, system } = browserNameOf(userAgent);
  const { unknownBrowser, browserOn } = text.sessions;
  return system === null ? (browser ?? unknownBrowser) : browserOn(browser ?? unknownBrowser, system);
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-session-list': SessionList;
  }
}
