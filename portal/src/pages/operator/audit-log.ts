import { theme } from '@cardwright/sdk/elements';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { readAudit, type AuditRow } from '../api.js';
import { formatTime } from '../dates.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { tables } from './table-styles.js';

/** What happened, newest first. */
@customElement('portal-audit-log')
export class AuditLog extends LitElement {
  static override readonly styles = [theme, tables, problemStyles];

  @state() private accessor entries: readonly AuditRow[] | null = null;
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.entries === null) return this.#problem.render();
    return html`<table>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">Who</th>
          <th scope="col">What</th>
          <th scope="col">Details</th>
        </tr>
      </thead>
      <tbody>
        ${this.entries.map(
          ({ at, actor, event, outcome, detail }) =>
            html`<tr>
              <td>${formatTime(at)}</td>
              <th scope="row">${actor}</th>
              <td>${event}${outcome === 'failed' ? ' (failed)' : nothing}</td>
              <td class="muted">${describe(detail)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  async #load(): Promise<void> {
    this.entries = (await readAudit()).entries;
  }
}

const describe = (detail: AuditRow['detail']): string =>
  Object.entries(detail)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ');
