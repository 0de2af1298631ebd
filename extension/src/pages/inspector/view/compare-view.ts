import { compare, commandsOf, type Comparison } from '../model/compare.js';
import type { ComparedCommand } from '../model/step-commands.js';
import type { TraceStore } from '../model/trace-store.js';
import { formatDuration } from '../model/waterfall.js';
import { element } from '../../element.js';
import { t } from '../../text.js';
import { sessionWords } from './filter-bar.js';
import { button } from './parts.js';

/** A trace with its name. The sessions of a trace can be compared with each other and with the sessions of another trace. */
export interface NamedTrace {
  readonly name: string;
  readonly store: TraceStore;
}

/** Shows two sessions side by side, to find where they differ. */
export class CompareView {
  readonly #left = element('select', { id: 'compare-left' });
  readonly #right = element('select', { id: 'compare-right' });
  readonly #verdict = element('p', { class: 'verdict', role: 'status' });
  readonly #rows = element('div', { class: 'rows', role: 'table', tabindex: '0' });
  #options: { readonly key: string; readonly session: string; readonly trace: NamedTrace }[] = [];

  constructor(
    view: HTMLElement,
    private readonly onOpen: (trace: NamedTrace, command: ComparedCommand) => void,
  ) {
    const field = (name: string, select: HTMLSelectElement): HTMLElement =>
      element('div', { class: 'field' }, element('label', { for: select.id }, name), select);
    this.#rows.ariaLabel = t('inspector_tab_compare');
    for (const select of [this.#left, this.#right]) select.addEventListener('change', () => this.#draw());
    view.replaceChildren(
      element(
        'div',
        { class: 'choice' },
        field(t('inspector_compare_left'), this.#left),
        field(t('inspector_compare_right'), this.#right),
      ),
      this.#verdict,
      this.#rows,
    );
  }

  /** Offers the sessions of all traces to choose from, and compares the two chosen sessions as they are now. */
  update(traces: readonly NamedTrace[]): void {
    const chosen = [this.#left.value, this.#right.value];
    this.#options = traces.flatMap((trace, index) =>
      trace.store.sessions.map(({ id }) => ({ key: `${index} ${id}`, session: id, trace })),
    );
    for (const [side, select] of [this.#left, this.#right].entries()) {
      select.replaceChildren(
        ...traces.map((trace, index) =>
          element(
            'optgroup',
            { label: trace.name },
            ...trace.store.sessions.map((one) => element('option', { value: `${index} ${one.id}` }, sessionWords(one))),
          ),
        ),
      );
      const kept = this.#options.find(({ key }) => key === chosen[side]);
      // If a side has no chosen session, or its chosen session is gone, the left side shows the last but one session of all traces, and the
      // right side the last.
      select.value = (kept ?? this.#options.at(side === 0 ? -2 : -1) ?? this.#options.at(-1))?.key ?? '';
    }
    this.#draw();
  }

  #draw(): void {
    const [left, right] = [this.#left, this.#right].map(({ value }) => this.#options.find(({ key }) => key === value));
    if (left === undefined || right === undefined || this.#options.length < 2) {
      this.#verdict.textContent = t('inspector_compare_nothing');
      this.#rows.replaceChildren();
      return;
    }
    const comparison = compare(
      commandsOf(left.trace.store.groups(), left.session),
      commandsOf(right.trace.store.groups(), right.session),
    );
    this.#verdict.textContent = verdictOf(comparison);
    this.#verdict.dataset.same = String(comparison.firstDifference === -1);
    const head = element(
      'div',
      { class: 'pair headings', role: 'row' },
      element('span', { role: 'columnheader' }, t('inspector_compare_left')),
      element('span', { role: 'columnheader' }, t('inspector_compare_difference')),
      element('span', { role: 'columnheader' }, t('inspector_compare_right')),
    );
    const rows = comparison.rows.map((row, index) => {
      const made = element(
        'div',
        { class: 'pair', role: 'row', 'data-same': String(row.same) },
        this.#side(row.left, left.trace),
        element('span', { class: 'delta', role: 'cell' }, deltaOf(row.left, row.right)),
        this.#side(row.right, right.trace),
      );
      if (index === comparison.firstDifference) made.classList.add('first');
      return made;
    });
    this.#rows.replaceChildren(head, ...rows);
    this.#rows.querySelector('.first')?.scrollIntoView({ block: 'center' });
  }

  #side(command: ComparedCommand | null, trace: NamedTrace): HTMLElement {
    if (command === null)
      return element('span', { class: 'side missing', role: 'cell' }, t('inspector_compare_missing'));
    const { method, code, outcome, duration, inStep } = command;
    return element(
      'span',
      { class: 'side', role: 'cell', 'data-outcome': outcome, 'data-step': String(inStep) },
      button(method, () => this.onOpen(trace, command), 'link'),
      element('span', { class: 'outcome' }, code ?? t(`inspector_outcome_${outcome}`)),
      element('span', { class: 'duration' }, formatDuration(duration)),
    );
  }
}

function verdictOf({ rows, firstDifference, cut }: Comparison): string {
  const note = cut ? ` ${t('inspector_compare_cut')}` : '';
  if (firstDifference === -1) return t('inspector_compare_same') + note;
  const { left, right } = rows[firstDifference] ?? { left: null, right: null };
  const words = (command: ComparedCommand | null): string =>
    command === null
      ? t('inspector_compare_missing')
      : `${command.method} (${command.code ?? t(`inspector_outcome_${command.outcome}`)})`;
  return t('inspector_compare_first', String(firstDifference + 1), words(left), words(right)) + note;
}

/** Returns by how much the right duration exceeds the left one, in words; empty if the durations are nearly equal, or one of them is unknown. */
function deltaOf(left: ComparedCommand | null, right: ComparedCommand | null): string {
  if (left?.duration == null || right?.duration == null) return '';
  const delta = right.duration - left.duration;
  if (Math.abs(delta) < 0.05) return '';
  return `${delta < 0 ? '−' : '+'}${formatDuration(Math.abs(delta))}`;
}
