import { theme } from '@cardwright/sdk/elements';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call, type AuditPage, type ShownEntry } from '../api.js';
import { formatTime } from '../dates.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { text } from '../text.js';
import { wayWords } from '../way-words.js';
import './audit-search.js';
import type { AuditFilter, AuditSearchEvent } from './audit-search.js';
import { saidOf, saidStyles, TECHNICAL_DETAILS, technicalCell } from '../event-detail.js';
import { eventWords } from './event-words.js';
import '../list-end.js';
import { tables } from '../table-styles.js';
import { operatorText } from '../operator-text.js';

/** The audit log, newest entry first, page by page: all of it, or what fits a filter. */
@customElement('portal-audit-log')
export class AuditLog extends LitElement {
  static override readonly styles = [theme, tables, saidStyles, problemStyles];

  @state() private accessor pages: AuditPage | null = null;
  @state() private accessor filter: AuditFilter = {};
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#read();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.pages === null) return this.#problem.render();
    const { entries, next } = this.pages;
    return html`<portal-audit-search .filter=${this.filter} @search=${this.#search}></portal-audit-search>
      ${entries.length === 0 ? nothing : this.#table(entries)}
      <portal-list-end
        .shown=${entries.length === 0 ? operatorText.audit.none : text.list.entries(entries.length, next === null)}
        .more=${next === null ? null : () => this.#read()}
      ></portal-list-end>
      ${this.#problem.render()}`;
  }

  #table(entries: readonly ShownEntry[]): TemplateResult {
    const { columns } = operatorText;
    return html`<table>
      <thead>
        <tr>
          <th scope="col">${columns.time}</th>
          <th scope="col">${columns.who}</th>
          <th scope="col">${columns.what}</th>
          <th scope="col">${columns.from}</th>
          <th scope="col">${TECHNICAL_DETAILS}</th>
        </tr>
      </thead>
      <tbody>
        ${entries.map(
          (entry) =>
            html`<tr>
              <td>${formatTime(entry.at)}</td>
              <th scope="row">${entry.actor}${about(entry)}</th>
              <td>${this.#what(entry)}${saidOf(entry)}</td>
              <td data-head=${columns.from}>${fromOf(entry)}</td>
              ${technicalCell(entry)}
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  #what(entry: ShownEntry): TemplateResult {
    const words = `${eventWords(entry.event)}${entry.outcome === 'failed' ? ` ${operatorText.failed}` : ''}`;
    const address = addressOf(entry);
    return address === null ? html`${words}` : html`<a href=${address}>${words}</a>`;
  }

  readonly #search = (event: AuditSearchEvent): void => {
    this.filter = event.detail;
    void this.#read(null);
  };

  /** Reads the next page of entries, or the first page if no entry is shown. */
  readonly #read = (pages = this.pages): Promise<void> => {
    const before = pages?.next ?? null;
    const query = { ...this.filter, ...(before === null ? {} : { before: String(before) }) };
    const reading = call('GET /api/operator/audit', { query }).then(({ entries, next }) => {
      this.pages = { entries: [...(pages?.entries ?? []), ...entries], next };
    });
    return this.#problem.during(reading);
  };
}

/** Shows the account that an entry is about, if someone else acted. */
const about = ({ actor, person }: ShownEntry): TemplateResult | typeof nothing =>
  person === null || person === actor
    ? nothing
    : html` <span class="said muted">${operatorText.audit.about(person)}</span>`;

/** Returns the address and the way of sign-in of an entry. */
const fromOf = ({ address, way }: ShownEntry): string | null =>
  [address, way === null ? null : wayWords(way)].filter((one) => one !== null).join(', ') || null;

/**
 * Returns the address for an entry: the page of its device, at its operation if the entry has one; without a device, the page of its operation.
 * Returns null if the entry has neither.
 */
function addressOf({ deviceId, operationId }: ShownEntry): string | null {
  if (deviceId !== null) return `/operator/devices/${deviceId}${operationId === null ? '' : `#${operationId}`}`;
  return operationId === null ? null : `/operator/operations/${operationId}`;
}
