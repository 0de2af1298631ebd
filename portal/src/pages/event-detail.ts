import { chooseText } from '@cardwright/sdk/elements';
import { words as cms } from '@cardwright/words/on-demand/cms';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { AuditRow } from './api.js';
import { explain, text } from './text.js';
import { operatorText } from './operator-text.js';

type Entry = Pick<AuditRow, 'event' | 'detail'>;

const REASONS: Readonly<Record<string, string>> = (
  await cms.load(document.documentElement.lang).catch(() => cms.english)
).reasons;
/** Heading of the details that are shown as names and codes instead of words. */
export const TECHNICAL_DETAILS = chooseText().technicalDetails;
const STATES: Readonly<Record<string, string>> = text.states;

/** Text in front of an operator's own words in the reason of a state (`operatorsReason` of the CMS). */
const BEFORE_WORDS = ' by an operator: ';

/**
 * The details of an entry of the audit log: `words` tells them in words, `technical` lists names and values. A code that has words is in both lists.
 */
interface Told {
  readonly words: readonly string[];
  readonly technical: readonly (readonly [name: string, value: string])[];
}

/** Shows the words of an entry, each in a line below the event. */
export const saidOf = (entry: Entry): TemplateResult[] =>
  tellOf(entry).words.map((words) => html` <span class="said">${words}</span>`);

/** Shows the technical details of an entry in a table cell. `data-head` repeats the head of the column, which narrow screens do not show. */
export const technicalCell = (entry: Entry): TemplateResult =>
  html`<td class="muted" data-head=${TECHNICAL_DETAILS}>${technicalOf(entry) ?? nothing}</td>`;

/** Shows the technical details of an entry in a line that begins with their heading. */
export function technicalLine(entry: Entry): TemplateResult | typeof nothing {
  const rest = technicalOf(entry);
  return rest === null ? nothing : html`<span class="muted detail">${TECHNICAL_DETAILS}: ${rest}</span>`;
}

const technicalOf = (entry: Entry): string | null =>
  tellOf(entry)
    .technical.map(([name, value]) => `${name}: ${value}`)
    .join(', ') || null;

function tellOf({ event, detail }: Entry): Told {
  const words: string[] = [];
  const technical: [string, string][] = [];
  const { from, to } = detail;
  const [before, after] = [from, to].map((state) => (typeof state === 'string' ? STATES[state] : undefined));
  const isOfStates = before !== undefined && after !== undefined;
  if (isOfStates) words.push(`${before} → ${after}`);
  for (const [name, value] of Object.entries(detail)) {
    if (value === null || (isOfStates && (name === 'from' || name === 'to'))) continue;
    const known = name === 'reason' || name === 'error' ? explainReason(value) : null;
    if (known !== null) words.push(known);
    const asText = typeof value === 'string' ? value : JSON.stringify(value);
    const written = known === null && name === 'reason' ? writtenIn(event, asText) : null;
    if (written !== null) words.push(operatorText.quoted(written));
    else technical.push([name, asText]);
  }
  return { words, technical };
}

/** Returns the words of an operator in the reason of an event. Returns null if the reason contains no words of an operator. */
function writtenIn(event: string, reason: string): string | null {
  if (event === 'work.asked' || event === 'device.asked-back') return reason;
  const start = event === 'device.state-changed' ? reason.indexOf(BEFORE_WORDS) : -1;
  return start < 0 ? null : reason.slice(start + BEFORE_WORDS.length);
}

/** Returns the words for a code: those of the error catalogue, or those for a reason of the card management. Returns null if there are no words. */
export const explainReason = (code: unknown): string | null =>
  typeof code !== 'string' ? null : (explain(code) ?? (Object.hasOwn(REASONS, code) ? (REASONS[code] ?? null) : null));

export const saidStyles = css`
  .said {
    display: block;
    font-weight: 400;
  }
`;
