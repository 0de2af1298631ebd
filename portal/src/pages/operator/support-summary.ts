import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { SupportSummary } from '../api.js';
import { formatTime } from '../dates.js';
import { failureEntry, failureStyles } from './failure-entry.js';

const OUTCOMES = { passed: 'Passed', failed: 'Failed', skipped: 'Skipped' } as const;

/** What a support file says: checks with those that failed first, versions, failures, policy and log. Whatever it holds is text. */
@customElement('portal-support-summary')
export class SupportSummaryElement extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    failureStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
        overflow-wrap: anywhere;
      }

      h3 {
        margin: 0 0 var(--space-2);
        font-size: 0.9375rem;
      }

      ul {
        display: grid;
        gap: var(--space-2);
        list-style: none;
        font-size: 0.9375rem;
      }

      .outcome {
        display: inline-block;
        min-width: 4.5rem;
        font-weight: 600;
      }

      .passed .outcome {
        color: var(--good);
      }

      .failed .outcome {
        color: var(--bad);
      }

      .skipped .outcome {
        color: var(--text-muted);
      }

      dl {
        display: grid;
        grid-template-columns: minmax(6rem, auto) minmax(0, 1fr);
        gap: var(--space-1) var(--space-4);
        font-size: 0.9375rem;
      }

      dt {
        color: var(--text-muted);
      }

      pre {
        max-height: 20rem;
        margin: var(--space-2) 0 0;
        padding: var(--space-3);
        border-radius: var(--radius);
        background: var(--surface-raised);
        font-size: 0.8125rem;
        white-space: pre-wrap;
        overflow: auto;
      }

      summary {
        width: fit-content;
        cursor: pointer;
      }
    `,
  ];

  @property({ attribute: false }) accessor summary: SupportSummary | null = null;

  protected override render(): TemplateResult | typeof nothing {
    if (this.summary === null) return nothing;
    const { checks, policy, log } = this.summary;
    return html`<div>
        <h3>Checks</h3>
        ${
          checks.length === 0
            ? html`<p class="muted">None were made.</p>`
            : html`<ul>
                ${checks.map(
                  ({ id, outcome, code, detail }) =>
                    html`<li class=${outcome}>
                      <span class="outcome">${OUTCOMES[outcome]}</span> <code>${id}</code> ${detail}
                      ${outcome === 'failed' && code !== null ? failureEntry(code) : nothing}
                    </li>`,
                )}
              </ul>`
        }
      </div>
      ${this.#environment(this.summary)} ${this.#failures(this.summary)} ${this.#trace(this.summary)}
      ${policy === null ? nothing : folded('Policy in force', policy)}
      ${log.length === 0 ? nothing : folded("The host's log", log.join('\n'))}`;
  }

  #environment({ versions, environment, made, madeBy }: SupportSummary): TemplateResult {
    return html`<div>
      <h3>Made</h3>
      <dl>
        <dt>When</dt>
        <dd>${momentOf(made)}</dd>
        <dt>By</dt>
        <dd>${madeBy === 'extension' ? 'The extension' : 'The host'}</dd>
        <dt>Extension</dt>
        <dd>${versions.extension ?? 'not reached'}</dd>
        <dt>Host</dt>
        <dd>${versions.host ?? 'not reached'}</dd>
        ${Object.entries(environment).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
    </div>`;
  }

  #failures({ failures }: SupportSummary): TemplateResult | typeof nothing {
    if (failures === null) return nothing;
    return html`<div>
      <h3>Last failures</h3>
      <p class="muted">Commands that failed after the browser was started, the latest last.</p>
      ${failureList(failures)}
    </div>`;
  }

  #trace({ trace }: SupportSummary): TemplateResult {
    if (trace === null) return html`<p class="muted">No messages were recorded.</p>`;
    const { entries, dropped, sessions, errors } = trace;
    return html`<div>
      <h3>Errors in the trace</h3>
      <p class="muted">
        ${entries} messages of ${sessions.length === 1 ? 'one session' : `${sessions.length} sessions`}
        ${[...new Set(sessions.map(({ origin }) => origin))].join(', ')}${
          dropped === 0 ? nothing : `; ${dropped} older ones were dropped`
        }.
        The whole trace is in the file: open it with the protocol inspector.
      </p>
      ${failureList(errors)}
    </div>`;
  }
}

type Failures = NonNullable<SupportSummary['failures']>;

const failureList = (failures: Failures): TemplateResult =>
  failures.length === 0
    ? html`<p>There are none.</p>`
    : html`<ul>
        ${failures.map(
          ({ at, method, code }) =>
            html`<li><span class="muted">${momentOf(at)}</span> <code>${method}</code> ${failureEntry(code)}</li>`,
        )}
      </ul>`;

const folded = (title: string, text: string): TemplateResult =>
  html`<details>
    <summary>${title}</summary>
    <pre tabindex="0">${text}</pre>
  </details>`;

/** A file may name any number. */
function momentOf(milliseconds: number): string {
  const moment = new Date(milliseconds);
  return Number.isNaN(moment.getTime()) ? 'at no possible time' : formatTime(moment.toISOString());
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-support-summary': SupportSummaryElement;
  }
}
