import type { TracedMessage } from '@cardwright/protocol/trace';
import { durationOf, type CommandGroup, type Span } from '../model/command-group.js';
import { errorCodeOf, hex, isRefused, statusDigits } from '../model/entry-facts.js';
import { stepCommands } from '../model/step-commands.js';
import type { Row } from '../model/trace-store.js';
import { waitsOf, type Wait } from '../model/waits.js';
import { formatDuration, formatTime, type TimeAxis } from '../model/waterfall.js';
import { element } from '../../element.js';
import { t } from '../../text.js';
import { LaneMark } from './lanes.js';

/** Facts that a row shows besides the entry itself. */
export interface RowContext {
  readonly index: number;
  readonly span: Span;
  readonly axis: TimeAxis;
  readonly now: number;
  readonly isSelected: boolean;
  /** Set if the row belongs to the same command as the selected row. */
  readonly isRelated: boolean;
  /** Number of the entry's session in the list of sessions. */
  readonly session: number;
}

/** Number of colours that distinguish sessions. */
const SESSION_COLOURS = 6;

const cell = (name: string): HTMLSpanElement => element('span', { class: name, role: 'gridcell' });

/** One visible row of the list. The row is reused for other commands and entries while the list scrolls. */
export class TraceRow {
  readonly #number = cell('number');
  readonly #time = cell('time');
  readonly #lanes = new LaneMark();
  readonly #toggle = element('span', { class: 'toggle', 'aria-hidden': 'true' });
  readonly #name = element('span', { class: 'name' });
  readonly #note = element('span', { class: 'note' });
  readonly #outcome = cell('outcome');
  readonly #duration = cell('duration');
  readonly #bar = element('span', { class: 'bar' });
  readonly #waterfall = element('span', { class: 'waterfall', role: 'gridcell' });
  readonly element = element('div', { class: 'row', role: 'row' });
  row: Row | null = null;

  constructor() {
    const what = element('span', { class: 'what', role: 'gridcell' }, this.#toggle, this.#name, this.#note);
    const times = [this.#duration, this.#waterfall];
    this.element.append(this.#number, this.#time, this.#lanes.element, what, this.#outcome, ...times);
  }

  show(row: Row, context: RowContext): void {
    this.row = row;
    const { dataset } = this.element;
    this.element.id = `row-${context.index}`;
    this.element.ariaRowIndex = String(context.index + 2);
    this.element.ariaSelected = String(context.isSelected);
    this.element.classList.toggle('related', context.isRelated);
    dataset.kind = row.kind === 'group' ? 'group' : row.entry.kind;
    dataset.session = String(context.session % SESSION_COLOURS);
    this.#number.title = `${t('inspector_fact_session')} ${context.session}`;
    dataset.depth = row.kind === 'group' ? '0' : String(row.depth);
    const waits = row.kind === 'group' ? waitsOf(row.group) : [];
    if (row.kind === 'group') this.#showGroup(row.group, row.isOpen, waits);
    else this.#showEntry(row);
    this.#showTimes(row, context, waits);
  }

  #showGroup(group: CommandGroup, isOpen: boolean, waits: readonly Wait[]): void {
    const [first] = group.entries;
    this.element.ariaExpanded = String(isOpen);
    this.element.ariaLevel = '1';
    this.element.dataset.outcome = group.outcome;
    this.#number.textContent = String(first?.number ?? '');
    this.#lanes.showReach(group);
    this.#name.textContent = group.method === '' ? t('inspector_host_alone') : group.method;
    this.#note.textContent = [noteOf(group), ...waits.map(describeWait)].filter(Boolean).join(' · ');
    this.#outcome.textContent = group.code ?? t(`inspector_outcome_${group.outcome}`);
  }

  #showEntry(row: Extract<Row, { kind: 'entry' }>): void {
    const { entry, depth } = row;
    this.element.ariaExpanded = null;
    this.element.ariaLevel = String(depth + 1);
    this.#number.textContent = String(entry.number);
    this.#lanes.showArrow(entry);
    if (entry.kind === 'apdu') {
      const { instruction, cla, ins, p1, p2, dataLength, statusWord, meaning } = entry.exchange;
      this.element.dataset.outcome = isRefused(entry) ? 'refused' : 'done';
      this.#name.textContent = instruction;
      this.#note.textContent = `${[cla, ins, p1, p2].map((byte) => hex(byte)).join(' ')}${dataLength > 0 ? ` · ${dataLength}` : ''}`;
      this.#outcome.textContent = statusWord === null ? meaning : `${statusDigits(statusWord)} ${meaning}`;
      return;
    }
    const code = errorCodeOf(entry);
    this.element.dataset.outcome = code === null ? entry.type : 'failed';
    this.#name.textContent = entry.method;
    this.#note.textContent = summaryOf(entry);
    this.#outcome.textContent = code ?? t(`inspector_type_${entry.type}`);
  }

  #showTimes(row: Row, { span, axis, now }: RowContext, waits: readonly Wait[]): void {
    const start = row.kind === 'group' ? row.group.span.start : row.entry.at;
    this.#time.textContent = formatTime(start);
    const isMoment = span.end === span.start;
    this.#duration.textContent = isMoment ? '' : formatDuration(durationOf(span));
    this.#bar.classList.toggle('open', span.end === null);
    place(this.#bar, axis.place(span, now));
    const pauses = waits.map((wait) => {
      const pause = element('span', { class: 'bar wait', title: describeWait(wait) });
      place(pause, axis.place(wait.span, now));
      return pause;
    });
    this.#waterfall.replaceChildren(this.#bar, ...pauses);
  }
}

function place({ style }: HTMLElement, { left, width }: ReturnType<TimeAxis['place']>): void {
  style.setProperty('--left', String(left));
  style.setProperty('--width', String(width));
}

/** Returns what a command waited for, and for how long, in words. */
const describeWait = ({ kind, span }: Wait): string => t(`inspector_wait_${kind}`, formatDuration(durationOf(span)));

/** Describes a command: a step by the methods of its commands, any other command by some members of its request. Adds the number of APDUs. */
function noteOf(group: CommandGroup): string {
  const [first] = group.entries;
  const methods = [...new Set(stepCommands(group).map(({ method }) => method))];
  const about = methods.length > 0 ? methods.join(', ') : first?.kind === 'message' ? summaryOf(first) : '';
  const apdus = group.apdus === 0 ? '' : t('inspector_count_apdus', String(group.apdus));
  return [about, apdus].filter((part) => part !== '').join(' · ');
}

/**
 * Returns up to three short members of a message, which distinguish the message from others with the same method. For a progress report,
 * returns only its kind and method. For an error, returns an empty text.
 */
function summaryOf({ content, type, method }: TracedMessage): string {
  if (type === 'error' || typeof content !== 'object' || content === null) return '';
  if (method === '$/progress')
    return ['kind', 'method']
      .map((name) => textOf(content, name))
      .join(' ')
      .trim();
  const shown = Object.keys(content).map((name) => [name, textOf(content, name)] as const);
  return shown
    .filter(([, value]) => value !== '' && value.length <= 40)
    .slice(0, 3)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ');
}

function textOf(content: object, name: string): string {
  const value: unknown = Object.hasOwn(content, name) ? Reflect.get(content, name) : undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
