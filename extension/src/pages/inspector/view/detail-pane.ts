import type { TraceEntry } from '@cardwright/protocol/trace';
import { durationOf, isFault, type CommandGroup } from '../model/command-group.js';
import {
  errorCodeOf,
  failedOutcome,
  isRefused,
  methodOf,
  requestWords,
  routeOf,
  statusDigits,
} from '../model/entry-facts.js';
import { sizeOf } from '../model/filter-match.js';
import { repeatable, type RepeatableCommand } from '../model/runnable.js';
import type { TraceStore } from '../model/trace-store.js';
import { formatDuration, formatTime } from '../model/waterfall.js';
import { element } from '../../element.js';
import { t, tCount } from '../../text.js';
import { describeApdu } from './detail-apdu.js';
import { describeContent } from './detail-content.js';
import { describeFault, describeMethod } from './detail-documentation.js';
import { button, facts, section } from './parts.js';
import type { Selection } from './trace-list.js';

/** Maximum number of entries of a command that the pane lists. The main list can show all of them. */
const MAX_LISTED = 60;

/** Actions that the pane requests from its workspace. */
export interface DetailActions {
  close(): void;
  reveal(selection: Selection): void;
  /** Sends a command of class `read` again. */
  replay(session: string, command: RepeatableCommand): void;
  canReplay(session: string): boolean;
}

/** Shows all details of the selected command or entry. */
export class DetailPane {
  #shown: Selection | null = null;
  #mark = '';

  constructor(
    private readonly pane: HTMLElement,
    private readonly actions: DetailActions,
  ) {
    pane.ariaLabel = t('inspector_detail');
    pane.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      actions.close();
    });
  }

  /**
   * Shows a selection. An entry that is already shown is not drawn again. A command is drawn again only after it has changed, because drawing
   * collapses sections that the user may be reading.
   */
  show(selection: Selection, store: TraceStore): void {
    const mark = `${selection.group.entries.length} ${selection.group.outcome}`;
    const isSame = this.#shown?.group === selection.group && this.#shown.entry === selection.entry;
    if (isSame && (mark === this.#mark || selection.entry !== null)) return;
    this.#shown = selection;
    this.#mark = mark;
    const { group, entry } = selection;
    this.pane.replaceChildren(
      this.#head(group, entry),
      element(
        'div',
        { class: 'body' },
        ...(entry === null ? this.#group(group, store) : this.#entry(entry, group, store)),
      ),
    );
    if (!isSame) this.pane.scrollTop = 0;
  }

  forget(): void {
    this.#shown = null;
    this.pane.replaceChildren();
  }

  focus(): void {
    this.pane.querySelector<HTMLElement>('h2')?.focus();
  }

  #head(group: CommandGroup, entry: TraceEntry | null): HTMLElement {
    const title = entry?.kind === 'apdu' ? entry.exchange.instruction : (entry?.method ?? group.method);
    const close = button('×', () => this.actions.close(), 'close');
    close.ariaLabel = t('inspector_close');
    const again = this.#replayButton(group, entry);
    return element(
      'header',
      {},
      element('h2', { tabindex: '-1' }, title === '' ? t('inspector_host_alone') : title),
      badge(group, entry),
      ...(again === null ? [] : [again]),
      close,
    );
  }

  #replayButton(group: CommandGroup, entry: TraceEntry | null): HTMLElement | null {
    const command = entry?.kind === 'apdu' ? null : repeatable(group);
    if (command === null) return null;
    const made = button(t('inspector_replay'), () => this.actions.replay(group.session, command));
    made.disabled = !this.actions.canReplay(group.session);
    if (made.disabled) made.title = t('inspector_session_over');
    return made;
  }

  #group(group: CommandGroup, store: TraceStore): HTMLElement[] {
    const [first] = group.entries;
    const answer = group.entries.findLast((entry) => entry.kind === 'message' && entry.type !== 'notification');
    return [
      ...faultOf(group, group.entries),
      summaryOf(group, store),
      ...(first?.kind === 'message' ? describeContent(first) : []),
      ...(answer?.kind === 'message' && answer !== first ? describeContent(answer) : []),
      ...describeMethod(group.method, group.code === null ? 'open' : 'folded'),
      this.#entries(group),
    ];
  }

  #entry(entry: TraceEntry, group: CommandGroup, store: TraceStore): HTMLElement[] {
    return [
      ...(entry.kind === 'message' ? faultOf(group, [entry]) : []),
      timesOf(entry, store),
      ...(entry.kind === 'apdu' ? describeApdu(entry, group.entries) : describeContent(entry)),
      ...describeMethod(methodOf(entry), 'folded'),
      this.#entries(group),
    ];
  }

  #entries(group: CommandGroup): HTMLElement {
    const list = group.entries.slice(0, MAX_LISTED).map((entry) => {
      const { from, to } = routeOf(entry);
      const name =
        entry.kind === 'apdu'
          ? `${entry.exchange.instruction} ${statusDigits(entry.exchange.statusWord)}`
          : entry.method;
      const link = button(
        `${entry.number}  ${t(`inspector_lane_${from}`)} → ${t(`inspector_lane_${to}`)}  ${name}`,
        () => this.actions.reveal({ group, entry }),
        'link',
      );
      return element('li', { class: isFault(entry, group) ? 'bad' : '' }, link);
    });
    return section(
      t('inspector_belongs', String(group.entries.length)),
      'folded',
      element('ol', { class: 'entries' }, ...list),
    );
  }
}

function badge(group: CommandGroup, entry: TraceEntry | null): HTMLElement {
  const [outcome, text] =
    entry === null
      ? [group.outcome, group.code ?? t(`inspector_outcome_${group.outcome}`)]
      : entry.kind === 'apdu'
        ? [isRefused(entry) ? 'refused' : 'done', statusDigits(entry.exchange.statusWord)]
        : [errorCodeOf(entry) === null ? entry.type : 'failed', t(`inspector_type_${entry.type}`)];
  return element('span', { class: 'badge', 'data-outcome': outcome }, text);
}

/** Describes the error of a command and, for a step, names the command that failed in it. Returns an empty list if there is no error. */
function faultOf(group: CommandGroup, entries: readonly TraceEntry[]): HTMLElement[] {
  const last = entries.findLast((entry) => errorCodeOf(entry) !== null);
  const code =
    last === undefined ? (group.outcome === 'failed' && entries.length > 1 ? group.code : null) : errorCodeOf(last);
  if (code === null) return [];
  const fault = describeFault(code);
  const command = last?.kind === 'message' ? failedOutcome(last.content) : null;
  if (command !== null) fault.prepend(element('p', {}, t('inspector_error_in_step', command.method)));
  return [fault];
}

const countsOf = ({ apdus, entries }: CommandGroup): string =>
  t('inspector_count_both', String(entries.length - apdus), String(apdus));

const summaryOf = (group: CommandGroup, store: TraceStore): HTMLElement => {
  const session = store.session(group.session);
  return facts(
    [t('inspector_fact_session'), session === undefined ? group.session : `${session.number} · ${session.origin}`],
    [t('inspector_fact_request'), element('code', {}, requestWords(group.request ?? '–'))],
    [t('inspector_column_time'), formatTime(group.span.start)],
    [t('inspector_column_duration'), formatDuration(durationOf(group.span))],
    [t('inspector_fact_entries'), countsOf(group)],
  );
};

function timesOf(entry: TraceEntry, store: TraceStore): HTMLElement {
  const { from, to } = routeOf(entry);
  const span = store.spanOf(entry);
  const session = store.session(entry.session);
  return facts(
    [t('inspector_column_way'), `${t(`inspector_lane_${from}`)} → ${t(`inspector_lane_${to}`)}`],
    [t('inspector_fact_session'), session === undefined ? entry.session : `${session.number} · ${session.origin}`],
    [t('inspector_fact_request'), element('code', {}, requestWords(entry.request ?? '–'))],
    [t('inspector_column_time'), formatTime(entry.at)],
    ...(span.end === span.start ? [] : [[t('inspector_column_duration'), formatDuration(durationOf(span))] as const]),
    [t('inspector_fact_size'), sizeWords(entry)],
  );
}

const sizeWords = (entry: TraceEntry): string =>
  entry.kind === 'apdu' ? tCount('inspector_bytes', sizeOf(entry)) : tCount('inspector_characters', sizeOf(entry));
