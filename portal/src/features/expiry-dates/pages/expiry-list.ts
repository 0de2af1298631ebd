import { theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call, type ExpiryDate } from '../../../pages/api.js';
import { formatDate } from '../../../pages/dates.js';
import { PageProblem, problemStyles } from '../../../pages/page-problem.js';
import { tables } from '../../../pages/table-styles.js';
import { operatorText } from '../../../pages/operator-text.js';

const { expiryDates: words } = operatorText;

/** List of everything that expires in the installation, the first end at the top, with advice once a warning is due. */
@customElement('portal-expiry-list')
export class ExpiryList extends LitElement {
  static override readonly styles = [
    theme,
    tables,
    problemStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
      }

      .due {
        font-weight: 600;
      }
    `,
  ];

  @state() private accessor expiryDates: readonly ExpiryDate[] | null = null;
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#read());
  }

  protected override render(): TemplateResult {
    return html`<p>${words.intro}</p>
      ${this.#problem.render()} ${this.expiryDates === null ? nothing : tableOf(this.expiryDates)}`;
  }

  async #read(): Promise<void> {
    this.expiryDates = (await call('GET /api/operator/expiry-dates')).expiryDates;
  }
}

const tableOf = (expiryDates: readonly ExpiryDate[]): TemplateResult =>
  html`<table>
    <thead>
      <tr>
        <th scope="col">${words.kind}</th>
        <th scope="col">${words.name}</th>
        <th scope="col">${words.ends}</th>
        <th scope="col">${operatorText.columns.state}</th>
      </tr>
    </thead>
    <tbody>
      ${expiryDates.map(rowOf)}
    </tbody>
  </table>`;

const rowOf = ({ kind, name, notAfter, urgency }: ExpiryDate): TemplateResult =>
  html`<tr data-kind=${kind} data-urgency=${urgency}>
    <th scope="row">${words.kinds[kind].title}</th>
    <td data-head=${words.name}>${name}</td>
    <td data-head=${words.ends}>${formatDate(notAfter)}</td>
    <td data-head=${operatorText.columns.state}>
      ${
        urgency === 'later'
          ? words.urgency.later
          : html`<span class="due">${words.urgency[urgency]}</span><br />${words.kinds[kind].advice}`
      }
    </td>
  </tr>`;
