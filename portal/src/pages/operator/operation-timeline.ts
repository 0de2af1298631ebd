import { theme } from '@cardwright/sdk/elements';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { OperationTimeline, TimelineCommand, TimelineItem, TimelineStep } from '../api.js';
import { formatTime, formatTimeOfDay } from '../dates.js';
import { dottedLine, dottedLineStyles } from '../dotted-line.js';
import { formatDuration } from './durations.js';
import { saidOf, saidStyles, technicalLine } from '../event-detail.js';
import { eventWords } from './event-words.js';
import { failureEntry, failureLine, failureStyles, type Failure } from '../failure-entry.js';
import { timelineStyles } from './timeline-styles.js';
import { operatorText } from '../operator-text.js';

const { timeline } = operatorText;
/** Words for the states of an operation. A state without words, which another version of the portal recorded, is shown as its name. */
const STATUSES: Readonly<Record<string, string>> = timeline.statuses;
const OUTCOMES: Readonly<Record<TimelineCommand['outcome'], string>> = timeline.outcomes;
/** Width of the longest bar, in units of the drawing. */
const BAR = 100;
/** Width of the shortest bar, so that it can still be seen. */
const SHORTEST_BAR = 1;

type ItemOf<Kind extends TimelineItem['kind']> = Extract<TimelineItem, { readonly kind: Kind }>;

/** One operation from its beginning to its end, as the card management recorded it: a vertical line of sessions, steps and results. */
@customElement('portal-operation-timeline')
export class OperationTimelineElement extends LitElement {
  static override readonly styles = [theme, dottedLineStyles, failureStyles, saidStyles, timelineStyles];

  @property({ attribute: false }) accessor operation: OperationTimeline | null = null;

  protected override render(): TemplateResult | typeof nothing {
    if (this.operation === null) return nothing;
    const { id, title, status, owner, startedAt, updatedAt, items } = this.operation;
    const took = Date.parse(updatedAt) - Date.parse(startedAt);
    return html`<article aria-labelledby="title">
      <header>
        <h3 id="title" tabindex="-1">${title}</h3>
        <span class="status ${status}">${STATUSES[status] ?? status}</span>
        <p class="muted">
          ${dottedLine([
            html`${owner.displayName} <span class="name">${owner.username}</span>`,
            formatTime(startedAt),
            timeline.inAll(formatDuration(took)),
          ])}
        </p>
        <p class="muted"><code>${id}</code></p>
      </header>
      <ol>
        ${items.map((item, index) => this.#item(item, items.slice(0, index)))}
      </ol>
    </article>`;
  }

  #item(item: TimelineItem, before: readonly TimelineItem[]): TemplateResult {
    switch (item.kind) {
      case 'session':
        return entry(item, 'session', sessionWords(item));
      case 'step':
        return this.#step(item);
      case 'fact':
        return entry(
          item,
          item.outcome === 'failed' ? 'fact bad' : 'fact',
          html`${eventWords(item.event)} ${saidOf(item)} ${technicalLine(item)}`,
        );
      case 'moved':
        return entry(item, 'warn', timeline.moved(item.actor));
      case 'judged-again':
        return entry(
          item,
          item.refusal === null ? 'session' : 'warn',
          item.refusal === null ? timeline.judgedAgain : timeline.refusedNow(item.refusal),
        );
      case 'rested':
        return entry(item, 'warn', told(item, before, timeline.rests));
      case 'ended':
        return item.error === null
          ? entry(item, item.state === 'done' ? 'good' : 'ended', STATUSES[item.state] ?? item.state)
          : entry(
              item,
              'bad',
              told({ error: item.error, reason: item.reason }, before, STATUSES[item.state] ?? item.state),
            );
    }
  }

  #step(step: TimelineStep): TemplateResult {
    const { name, words, commands, duration } = step;
    const failed = commands.find(({ error }) => error !== null);
    const isUnanswered = commands.some(({ outcome }) => outcome === 'unanswered');
    return entry(
      step,
      failed ? 'step bad' : duration === null ? 'step warn' : 'step',
      html`<div class="row">
          <span class="words">${words ?? name}</span>
          ${words === null ? nothing : html`<code>${name}</code>`} ${this.#bar(duration)}
        </div>
        <details ?open=${failed !== undefined}>
          <summary>
            ${timeline.commands(commands.length)}${
              failed ? timeline.oneFailed : isUnanswered ? timeline.noAnswer : nothing
            }
          </summary>
          <ul>
            ${commands.map(
              ({ method, outcome, error }) =>
                html`<li class=${outcome}>
                  <code>${method}</code> <span class="outcome">${OUTCOMES[outcome]}</span>
                  ${error === null ? nothing : failureEntry({ error })}
                </li>`,
            )}
          </ul>
        </details>`,
    );
  }

  #bar(duration: number | null): TemplateResult {
    if (duration === null) return html`<span class="took">${timeline.noResults}</span>`;
    const longest = Math.max(1, ...(this.operation?.items ?? []).map((item) => durationOf(item) ?? 0));
    const width = Math.max(SHORTEST_BAR, (duration / longest) * BAR);
    return html`<svg viewBox="0 0 ${BAR} 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width=${width} height="6"></rect>
      </svg>
      <span class="took">${formatDuration(duration)}</span>`;
  }

  /** Moves focus and view to the heading of the operation. */
  async reveal(): Promise<void> {
    await this.updateComplete;
    const title = this.renderRoot.querySelector<HTMLElement>('#title');
    title?.scrollIntoView({ block: 'start' });
    title?.focus();
  }
}

const durationOf = (item: TimelineItem): number | null => (item.kind === 'step' ? item.duration : null);

function sessionWords({ isResumed, address }: ItemOf<'session'>): string {
  const session = isResumed ? timeline.continued : timeline.started;
  return address === null ? session : timeline.from(session, address);
}

/**
 * Shows an error at the end of an item, with the catalogue's explanation. If a failed command of the last step before this item has the same error,
 * the explanation is there already and is left out here.
 */
function told(failure: Failure, before: readonly TimelineItem[], words: string): TemplateResult {
  const { error: code } = failure;
  const last = before.findLast(({ kind }) => kind === 'step');
  const isToldAbove = last?.kind === 'step' && last.commands.some(({ error }) => error === code);
  return html`${words}: ${isToldAbove ? html`${failureLine(code)} <code>${code}</code>` : failureEntry(failure)}`;
}

const entry = ({ at }: TimelineItem, kind: string, content: TemplateResult | string): TemplateResult =>
  html`<li class="item ${kind}">
    <time datetime=${at}>${formatTimeOfDay(at)}</time>
    <div class="content">${content}</div>
  </li>`;

declare global {
  interface HTMLElementTagNameMap {
    'portal-operation-timeline': OperationTimelineElement;
  }
}
