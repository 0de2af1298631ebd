import { parseFilter, type FilterProblem, type FilterTerm } from '../model/filter-language.js';
import type { ListedSession } from '../model/trace-store.js';
import { formatTime } from '../model/waterfall.js';
import { byId, element } from '../../element.js';
import { t } from '../../text.js';
import { button } from './parts.js';
import { filterHelp } from './filter-help.js';

/** Terms that the user can switch on and off by a click. The click adds the term to the filter, or removes it. */
const CHIPS = ['is:error', 'is:apdu', 'is:message', 'is:open'] as const;
/** Milliseconds after the last key press before a filter is applied. */
const TYPING = 120;

/** The filter: a session, a text in the filter language, and buttons that insert terms. */
export class FilterBar {
  readonly #input = byId('filter', HTMLInputElement);
  readonly #session = byId('session', HTMLSelectElement);
  readonly #problem = byId('filter-problem', HTMLElement);
  readonly #help = byId('filter-help', HTMLElement);
  readonly #helpButton = byId('help', HTMLButtonElement);
  readonly #chips = new Map<string, HTMLButtonElement>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sessions = '';

  constructor(private readonly on: { change(terms: readonly FilterTerm[]): void; leave(): void }) {
    this.#input.placeholder = t('inspector_filter_hint');
    this.#input.ariaLabel = t('inspector_filter');
    this.#session.ariaLabel = t('inspector_fact_session');
    this.#input.addEventListener('input', () => this.#typed());
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
    this.#session.addEventListener('change', () => this.apply());
    const chips = byId('chips', HTMLElement);
    chips.ariaLabel = t('inspector_filters');
    for (const term of CHIPS) {
      const chip = button(t(`inspector_chip_${term.slice(3)}`), () => this.#toggle(term), 'chip');
      chip.title = term;
      chip.dataset.term = term;
      this.#chips.set(term, chip);
      chips.append(chip);
    }
    this.#help.ariaLabel = t('inspector_filter_help');
    this.#help.append(filterHelp((example) => this.#insert(example)));
    this.#helpButton.ariaLabel = t('inspector_filter_help');
    this.#helpButton.textContent = '?';
    this.#helpButton.addEventListener('click', () => this.#showHelp(this.#help.hasAttribute('hidden')));
    this.#help.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape') return;
      this.#showHelp(false);
      this.#helpButton.focus();
    });
    this.#mark();
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  set text(text: string) {
    this.#input.value = text;
    this.apply();
  }

  /** Offers the sessions of a trace to choose from. Keeps the chosen session if it is among them. */
  showSessions(sessions: readonly ListedSession[]): void {
    const mark = JSON.stringify(sessions);
    if (mark === this.#sessions) return;
    this.#sessions = mark;
    const chosen = this.#session.value;
    this.#session.replaceChildren(
      element('option', { value: '' }, t('inspector_session_all')),
      ...sessions.map((session) => element('option', { value: session.id }, sessionWords(session))),
    );
    this.#session.value = sessions.some(({ id }) => id === chosen) ? chosen : '';
    if (this.#session.value !== chosen) this.apply();
  }

  #typed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.apply(), TYPING);
  }

  /** Applies the filter to the trace that is shown. */
  apply(): void {
    clearTimeout(this.#timer);
    const { terms, problems } = parseFilter(this.#input.value);
    this.#input.setAttribute('aria-invalid', String(problems.length > 0));
    this.#problem.replaceChildren(...problems.slice(0, 1).flatMap((problem) => this.#describe(problem)));
    this.#mark();
    const session = this.#session.value;
    const chosen: FilterTerm[] = session === '' ? [] : [{ key: 'session', values: [session], negated: false }];
    this.on.change([...chosen, ...terms]);
  }

  #describe(problem: FilterProblem): (Node | string)[] {
    const text = t(`inspector_filter_${problem.reason}`, problem.about);
    if (problem.meant === '') return [text];
    const { start, end, meant, reason } = problem;
    const fixed = reason === 'key' ? `${meant}:` : meant;
    const fix = button(
      fixed,
      () => {
        const before = this.#input.value;
        const rest = reason === 'key' ? before.slice(start, end).replace(/^-?[A-Za-z]+:/, '') : '';
        this.text = before.slice(0, start) + fixed + rest + before.slice(end);
        this.#input.focus();
      },
      'link',
    );
    return [`${text} ${t('inspector_filter_meant')} `, fix];
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.#input.value !== '') {
      event.stopPropagation();
      this.text = '';
    } else if (event.key === 'Escape' || event.key === 'Enter' || event.key === 'ArrowDown') {
      event.preventDefault();
      this.apply();
      this.on.leave();
    }
  }

  #toggle(term: string): void {
    const words = this.#words();
    this.text = (words.includes(term) ? words.filter((word) => word !== term) : [...words, term]).join(' ');
  }

  #insert(example: string): void {
    if (!this.#words().includes(example)) this.text = [...this.#words(), example].join(' ');
    this.#input.focus();
  }

  #words(): string[] {
    return this.#input.value.match(/(?:[^\s"]|"[^"]*(?:"|$))+/g) ?? [];
  }

  #mark(): void {
    const words = this.#words();
    for (const [term, chip] of this.#chips) chip.ariaPressed = String(words.includes(term));
  }

  #showHelp(isShown: boolean): void {
    this.#help.hidden = !isShown;
    this.#helpButton.ariaExpanded = String(isShown);
  }
}

/** Returns a line of text that describes a session in a list. */
export function sessionWords({ number, origin, started, ended }: ListedSession): string {
  const host = origin.replace(/^https?:\/\//, '');
  const since = formatTime(started).slice(0, 8);
  return ended === null
    ? t('inspector_session_live', String(number), host, since)
    : t('inspector_session_ended', String(number), host, since);
}
