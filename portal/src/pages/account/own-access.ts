import { theme } from '@cardwright/sdk/elements';
import { words as operator } from '@cardwright/words/on-demand/operator';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call, type OwnAccess, type OwnAccessPage } from '../api.js';
import { formatTime } from '../dates.js';
import '../list-end.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { tables } from '../table-styles.js';
import { text } from '../text.js';
import { wayWords } from '../way-words.js';

const { events, failed } = await operator.load(document.documentElement.lang).catch(() => operator.english);
const EVENTS: Readonly<Record<string, string>> = events;
const REASONS: Readonly<Record<string, string>> = text.account.reasons;

/** What the audit log says of access to the own account, newest entry first, page by page. */
@customElement('portal-own-access')
export class OwnAccessList extends LitElement {
  static override readonly styles = [
    theme,
    tables,
    problemStyles,
    css`
      .said {
        display: block;
        font-weight: 400;
      }
    `,
  ];

  @state() private accessor pages: OwnAccessPage | null = null;
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.pages === null) return this.#problem.render();
    const { entries, next } = this.pages;
    const { access, columns } = text.account;
    return html`<table aria-label=${access}>
        <thead>
          <tr>
            <th scope="col">${columns.what}</th>
            <th scope="col">${columns.when}</th>
            <th scope="col">${columns.address}</th>
            <th scope="col">${columns.way}</th>
          </tr>
        </thead>
        <tbody>
          ${entries.map((entry) => row(entry))}
        </tbody>
      </table>
      <portal-list-end
        .shown=${text.list.entries(entries.length, next === null)}
        .more=${next === null ? null : this.#read}
      ></portal-list-end>
      ${this.#problem.render()}`;
  }

  /** Reads the next page of entries, or the first page if no entry is shown. */
  readonly #read = (): Promise<void> => {
    const { pages } = this;
    const before = pages?.next ?? null;
    const query = before === null ? {} : { before: String(before) };
    const reading = call('GET /api/account/access', { query }).then(({ entries, next }) => {
      this.pages = { entries: [...(pages?.entries ?? []), ...entries], next };
    });
    return this.#problem.during(reading);
  };
}

function row(entry: OwnAccess): TemplateResult {
  const { columns, by, thisSession } = text.account;
  const { event, outcome, detail, address, way, isThisSession } = entry;
  const said = [
    typeof detail.reason === 'string' ? (REASONS[detail.reason] ?? null) : null,
    entry.by === 'other' ? by.other : null,
    isThisSession ? thisSession : null,
  ];
  return html`<tr>
    <th scope="row">
      ${EVENTS[event] ?? event}${outcome === 'failed' ? ` ${failed}` : ''}
      ${said.map((words) => (words === null ? nothing : html`<span class="said muted">${words}</span>`))}
    </th>
    <td>${formatTime(entry.at)}</td>
    <td data-head=${columns.address}>${address ?? '–'}</td>
    <td data-head=${columns.way}>${wayWords(way)}</td>
  </tr>`;
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-own-access': OwnAccessList;
  }
}
