import type { TraceEntry } from '@cardwright/protocol/trace';
import type { CommandGroup } from '../model/command-group.js';
import type { Row, TraceStore } from '../model/trace-store.js';
import { TimeAxis } from '../model/waterfall.js';
import { element } from '../../element.js';
import { t } from '../../text.js';
import { OnDemand } from '../on-demand.js';
import { LANES } from './lanes.js';
import { TraceRow } from './trace-row.js';
import type { VirtualRows } from './virtual-rows.js';

/** The selection: a command (`entry` is null), or one entry of a command. */
export interface Selection {
  readonly group: CommandGroup;
  readonly entry: TraceEntry | null;
}

/** Height of a row in pixels, as `--row` in styles/base.css. */
const ROW_HEIGHT = 26;
/** Distance from the end, in pixels, within which the list follows new entries. */
const NEAR_END = 4;

/** The list of commands and entries: a grid in which only the visible rows, and some around them, exist as elements. */
export class TraceList {
  readonly #canvas = element('div', { class: 'canvas', role: 'rowgroup' });
  readonly #pool: TraceRow[] = [];
  /** The part that computes the visible rows. Its script is loaded when the list gets its first rows. */
  readonly #virtual: OnDemand<VirtualRows>;
  #store: TraceStore;
  #rows: readonly Row[] = [];
  #selection: Selection | null = null;
  #isFollowing = true;

  constructor(
    private readonly grid: HTMLElement,
    store: TraceStore,
    private readonly on: {
      select(selection: Selection | null): void;
      open(): void;
      follow(isFollowing: boolean): void;
      /** Called if a part of the list cannot be loaded. */
      failed(error: unknown): void;
    },
  ) {
    this.#store = store;
    grid.ariaLabel = t('inspector_tab_trace');
    grid.append(headings(), this.#canvas);
    this.#virtual = new OnDemand(
      async () => {
        const { virtualRows } = await import('./virtual-rows.js');
        return virtualRows(grid, ROW_HEIGHT, () => this.#draw());
      },
      (error) => on.failed(error),
    );
    grid.addEventListener('scroll', () => this.#noticeScroll(), { passive: true });
    grid.addEventListener('keydown', (event) => this.#onKey(event));
    this.#canvas.addEventListener('click', (event) => this.#onClick(event));
    this.#canvas.addEventListener('dblclick', () => this.#toggle());
  }

  /** Shows another trace without a selection, and follows its newest entries. */
  show(store: TraceStore): void {
    this.#store = store;
    this.#selection = null;
    this.#isFollowing = true;
    this.update();
  }

  /** Draws the current content of the store. */
  update(): void {
    this.#rows = this.#store.rows;
    this.grid.dataset.several = String(this.#store.sessions.length > 1);
    this.grid.ariaRowCount = String(this.#rows.length + 1);
    if (this.#rows.length > 0 || this.#virtual.loaded !== null) this.#virtual.use((rows) => this.#resize(rows));
  }

  #resize(rows: VirtualRows): void {
    rows.setOptions({ ...rows.options, count: this.#rows.length });
    rows._willUpdate();
    this.#canvas.style.height = `${rows.getTotalSize()}px`;
    if (this.#isFollowing) this.grid.scrollTop = this.grid.scrollHeight;
    this.#draw();
  }

  get selection(): Selection | null {
    return this.#selection;
  }

  focus(): void {
    this.grid.focus();
  }

  select(selection: Selection | null): void {
    this.#selection = selection;
    if (selection !== null) this.#isFollowing = false;
    this.#draw();
    this.on.select(selection);
  }

  /** Selects a command or an entry, and scrolls it into view. Unfolds the command of the entry. */
  reveal(selection: Selection): void {
    if (selection.entry !== null && this.#store.arrangement === 'commands') this.#store.toggle(selection.group, true);
    this.select(selection);
    this.update();
    this.#scrollTo(this.#selectedIndex());
  }

  /** Scrolls to the newest entry, and follows new entries. */
  follow(): void {
    this.#isFollowing = true;
    this.update();
    this.on.follow(true);
  }

  #draw(): void {
    const items = this.#virtual.loaded?.getVirtualItems() ?? [];
    while (this.#pool.length < items.length) {
      const row = new TraceRow();
      this.#pool.push(row);
      this.#canvas.append(row.element);
    }
    const shown = items.flatMap(({ index, start }) => {
      const row = this.#rows[index];
      return row === undefined ? [] : [{ index, start, row, span: spanOf(row, this.#store) }];
    });
    const now = Date.now();
    const [from, to] = this.#visible();
    const axis = TimeAxis.over(
      shown.filter(({ index }) => index >= from && index <= to).map(({ span }) => span),
      now,
    );
    for (const [place, { index, start, row, span }] of shown.entries()) {
      const slot = this.#pool[place];
      if (slot === undefined) continue;
      const isRelated = row.group === this.#selection?.group;
      const session = this.#store.session(row.group.session)?.number ?? 0;
      slot.show(row, { index, span, axis, now, isSelected: this.#isSelected(row), isRelated, session });
      slot.element.style.transform = `translateY(${start}px)`;
      slot.element.hidden = false;
    }
    for (const slot of this.#pool.slice(shown.length)) {
      slot.element.hidden = true;
      slot.element.removeAttribute('id');
      slot.row = null;
    }
    const selected = this.#pool.find(({ row }) => row !== null && this.#isSelected(row));
    if (selected === undefined) this.grid.removeAttribute('aria-activedescendant');
    else this.grid.setAttribute('aria-activedescendant', selected.element.id);
  }

  /** Returns the indices of the first and last visible row. */
  #visible(): [number, number] {
    const top = this.grid.scrollTop / ROW_HEIGHT;
    return [Math.floor(top), Math.ceil(top + this.grid.clientHeight / ROW_HEIGHT) - 1];
  }

  #isSelected(row: Row): boolean {
    if (this.#selection === null || row.group !== this.#selection.group) return false;
    return row.kind === 'entry' ? row.entry === this.#selection.entry : this.#selection.entry === null;
  }

  #selectedIndex(): number {
    return this.#selection === null ? -1 : this.#rows.findIndex((row) => this.#isSelected(row));
  }

  #noticeScroll(): void {
    const isAtEnd = this.grid.scrollTop + this.grid.clientHeight >= this.grid.scrollHeight - NEAR_END;
    if (isAtEnd === this.#isFollowing) return;
    this.#isFollowing = isAtEnd;
    this.on.follow(isAtEnd);
  }

  #onClick(event: MouseEvent): void {
    const slot = this.#pool.find(({ element: one }) => event.target instanceof Node && one.contains(event.target));
    if (slot?.row == null) return;
    this.select(selectionOf(slot.row));
    if (event.target instanceof Element && event.target.classList.contains('toggle')) this.#toggle();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.grid.clientHeight / ROW_HEIGHT) - 2);
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => this.#move(1),
      ArrowUp: () => this.#move(-1),
      PageDown: () => this.#move(page),
      PageUp: () => this.#move(-page),
      Home: () => this.#moveTo(0),
      End: () => this.#moveTo(this.#rows.length - 1),
      ArrowRight: () => this.#toggle(true),
      ArrowLeft: () => this.#close(),
      Enter: () => this.on.open(),
      ' ': () => this.#toggle(),
      Escape: () => this.select(null),
    };
    const move = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (move === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    move();
  }

  #move(by: number): void {
    const at = this.#selectedIndex();
    const start = at === -1 ? (by > 0 ? this.#visible()[0] - 1 : this.#visible()[1] + 1) : at;
    this.#moveTo(start + by);
  }

  #moveTo(index: number): void {
    const within = Math.min(Math.max(index, 0), this.#rows.length - 1);
    const row = this.#rows[within];
    if (row === undefined) return;
    this.select(selectionOf(row));
    this.#scrollTo(within);
  }

  #scrollTo(index: number): void {
    if (index >= 0) this.#virtual.use((rows) => rows.scrollToIndex(index, { align: 'auto' }));
  }

  #toggle(isOpen?: boolean): void {
    if (this.#selection === null || this.#store.arrangement !== 'commands' || this.#selection.entry !== null) return;
    this.#isFollowing = false;
    this.#store.toggle(this.#selection.group, isOpen);
    this.update();
  }

  /** Moves the selection from an entry to its command, or folds the selected command. */
  #close(): void {
    if (this.#selection === null || this.#store.arrangement !== 'commands') return;
    if (this.#selection.entry === null) {
      this.#toggle(false);
      return;
    }
    this.select({ group: this.#selection.group, entry: null });
    this.#scrollTo(this.#selectedIndex());
  }
}

const selectionOf = (row: Row): Selection => ({ group: row.group, entry: row.kind === 'entry' ? row.entry : null });

const spanOf = (row: Row, store: TraceStore) => (row.kind === 'group' ? row.group.span : store.spanOf(row.entry));

function headings(): HTMLElement {
  const heading = (name: string, text: string): HTMLElement =>
    element('span', { class: name, role: 'columnheader' }, text);
  const lanes = element('span', { class: 'lanes', role: 'columnheader' });
  lanes.append(element('span', { class: 'for-screen-reader' }, t('inspector_column_way')));
  lanes.append(
    ...LANES.map((lane) =>
      element('span', { class: 'lane', title: t(`inspector_lane_${lane}`) }, t(`inspector_lane_short_${lane}`)),
    ),
  );
  const row = element(
    'div',
    { class: 'row headings', role: 'row', 'aria-rowindex': '1' },
    heading('number', t('inspector_column_number')),
    heading('time', t('inspector_column_time')),
    lanes,
    heading('what', t('inspector_column_what')),
    heading('outcome', t('inspector_column_outcome')),
    heading('duration', t('inspector_column_duration')),
    heading('waterfall', t('inspector_column_waterfall')),
  );
  return element('div', { role: 'rowgroup', class: 'heading-group' }, row);
}
