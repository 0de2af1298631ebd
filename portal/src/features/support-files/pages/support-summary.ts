import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AnswerOf } from '../../../pages/api.js';
import { formatTime } from '../../../pages/dates.js';
import { failureEntry, failureStyles } from '../../../pages/failure-entry.js';
import { operatorText } from '../../../pages/operator-text.js';

const { supportFiles: texts } = operatorText;
const OUTCOMES = texts.outcomes;

export type SupportSummary = AnswerOf<'GET /api/operator/devices/{id}/support-files/{file}'>;

/**
 * Shows the content of a support file: checks, failed ones first; versions and environment; failures; errors in the trace; policy;
 * log. All of the content is shown as text, never as markup.
 */
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
        <h3>${texts.checks}</h3>
        ${
          checks.length === 0
            ? html`<p class="muted">${texts.noneMade}</p>`
            : html`<ul>
                ${checks.map(
                  ({ id, outcome, code, detail }) =>
                    html`<li class=${outcome}>
                      <span class="outcome">${OUTCOMES[outcome]}</span> <code>${id}</code> ${detail}
                      ${outcome === 'failed' && code !== null ? failureEntry({ error: code }) : nothing}
                    </li>`,
                )}
              </ul>`
        }
      </div>
      ${this.#environment(this.summary)} ${this.#failures(this.summary)} ${this.#trace(this.summary)}
      ${policy === null ? nothing : folded(texts.policy, policy)}
      ${log.length === 0 ? nothing : folded(texts.log, log.join('\n'))}`;
  }

  #environment({ versions, environment, made, madeBy }: SupportSummary): TemplateResult {
    return html`<div>
      <h3>${texts.made}</h3>
      <dl>
        <dt>${texts.when}</dt>
        <dd>${momentOf(made)}</dd>
        <dt>${texts.madeBy}</dt>
        <dd>${texts.makers[madeBy]}</dd>
        <dt>${texts.extension}</dt>
        <dd>${versions.extension ?? texts.notReached}</dd>
        <dt>${texts.host}</dt>
        <dd>${versions.host ?? texts.notReached}</dd>
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
      <h3>${texts.failures}</h3>
      <p class="muted">${texts.failuresHint}</p>
      ${failureList(failures)}
    </div>`;
  }

  #trace({ trace }: SupportSummary): TemplateResult {
    if (trace === null) return html`<p class="muted">${texts.noTrace}</p>`;
    const { entries, dropped, sessions, errors } = trace;
    return html`<div>
      <h3>${texts.traceErrors}</h3>
      <p class="muted">
        ${texts.messages(entries, sessions.length)}
        ${[...new Set(sessions.map(({ origin }) => origin))].join(', ')}${
          dropped === 0 ? nothing : `; ${texts.dropped(dropped)}`
        }.
        ${texts.wholeTrace}
      </p>
      ${failureList(errors)}
    </div>`;
  }
}

type Failures = NonNullable<SupportSummary['failures']>;

const failureList = (failures: Failures): TemplateResult =>
  failures.length === 0
    ? html`<p>${operatorText.none}</p>`
    : html`<ul>
        ${failures.map(
          ({ at, method, code }) =>
            html`<li>
              <span class="muted">${momentOf(at)}</span> <code>${method}</code> ${failureEntry({ error: code })}
            </li>`,
        )}
      </ul>`;

const folded = (title: string, text: string): TemplateResult =>
  html`<details>
    <summary>${title}</summary>
    <pre tabindex="0">${text}</pre>
  </details>`;

/** Formats a time in milliseconds since 1970. A file may contain any number: for a number that is no valid time, returns words that say so. */
function momentOf(milliseconds: number): string {
  const moment = new Date(milliseconds);
  return Number.isNaN(moment.getTime()) ? texts.noTime : formatTime(moment.toISOString());
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-support-summary': SupportSummaryElement;
  }
}
