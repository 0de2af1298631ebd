import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { pathOf, type AuditQuery } from '../api.js';
import { fields } from '../form-styles.js';
import { text } from '../text.js';
import { EVENT_WORDS } from './event-words.js';
import { textOf } from './form-fields.js';
import { operatorText } from '../operator-text.js';

/** The filter of the audit log, without the position in the list. */
export type AuditFilter = Omit<NonNullable<AuditQuery>, 'before'>;

/** Fired when the operator filters the audit log. Its detail is empty if all entries are to be shown. */
export type AuditSearchEvent = CustomEvent<AuditFilter>;

const LONGEST_NAME = 64;
const LONGEST_ADDRESS = 60;
const LONGEST_ID = 64;
const REQUEST_ID = '[A-Za-z0-9._\\-]+';
/** What the field for the address accepts. The server judges it. */
const ADDRESS_OR_NETWORK = '[0-9A-Fa-f:.]+(/[0-9]{1,3})?';

/** The events in the alphabetical order of their words. */
const EVENTS = Object.entries(EVENT_WORDS).sort(([, a], [, b]) => a.localeCompare(b));

/** The fields that filter the audit log, and the links that export what the filter finds. Fires `search` (see `AuditSearchEvent`). */
@customElement('portal-audit-search')
export class AuditSearch extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--space-3);
        margin-bottom: var(--space-3);
      }

      label {
        flex: 1 1 8.75rem;
      }

      /* A select is otherwise slightly lower than an input. */
      label > * {
        height: 2.625rem;
      }

      .actions {
        display: flex;
        gap: var(--space-2);
      }

      .export {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-1) var(--space-4);
        margin-bottom: var(--space-5);
      }
    `,
  ];

  /** The filter of the shown entries. */
  @property({ attribute: false }) accessor filter: AuditFilter = {};
  @query('form') private accessor form: HTMLFormElement | null = null;

  protected override render(): TemplateResult {
    const { audit } = operatorText;
    return html`<form role="search" @submit=${this.#submit} @reset=${this.#reset}>
        <label>${audit.person}<input name="person" maxlength=${LONGEST_NAME} autocomplete="off" /></label>
        <label>
          ${audit.event}
          <select name="event">
            <option value="">${audit.everyEvent}</option>
            ${EVENTS.map(([event, words]) => html`<option value=${event}>${words}</option>`)}
          </select>
        </label>
        <label>
          ${audit.address}
          <input
            name="address"
            maxlength=${LONGEST_ADDRESS}
            pattern=${ADDRESS_OR_NETWORK}
            placeholder="192.0.2.0/24"
            autocomplete="off"
          />
        </label>
        <label>
          ${audit.request}
          <input name="request" maxlength=${LONGEST_ID} pattern=${REQUEST_ID} autocomplete="off" />
        </label>
        <label>${audit.from}<input name="from" type="date" /></label>
        <label>${audit.to}<input name="to" type="date" /></label>
        <span class="actions">
          <button type="submit" id="search">${text.list.search}</button>
          <button type="reset" id="show-all">${text.list.showAll}</button>
        </span>
      </form>
      <p class="export">
        ${(['csv', 'jsonl'] as const).map(
          (format) =>
            html`<a id="export-${format}" href=${exportOf(this.filter, format)} download>${audit.export[format]}</a>`,
        )}
      </p>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.form) this.#search(filterOf(new FormData(this.form)));
  };

  readonly #reset = (): void => this.#search({});

  #search(detail: AuditFilter): void {
    this.dispatchEvent(new CustomEvent('search', { detail }) satisfies AuditSearchEvent);
  }
}

const exportOf = (filter: AuditFilter, format: 'csv' | 'jsonl'): string =>
  `${pathOf('GET /api/operator/audit/export')}?${new URLSearchParams({ ...filter, format }).toString()}`;

/** Makes a filter from the fields that are filled in. A day begins and ends in the time zone of the reader. */
function filterOf(form: FormData): AuditFilter {
  const [person, event, address, request, from, to] = ['person', 'event', 'address', 'request', 'from', 'to'].map(
    (name) => textOf(form, name).trim(),
  );
  return {
    ...(person ? { person } : {}),
    ...(event ? { event } : {}),
    ...(address ? { address } : {}),
    ...(request ? { request } : {}),
    ...(from ? { from: midnight(from, 0) } : {}),
    ...(to ? { to: midnight(to, 1) } : {}),
  };
}

/** Returns the beginning of a day in ISO 8601, so many days after a date such as `2026-03-04`. */
function midnight(date: string, daysLater: number): string {
  const day = new Date(`${date}T00:00`);
  day.setDate(day.getDate() + daysLater);
  return day.toISOString();
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-audit-search': AuditSearch;
  }
}
