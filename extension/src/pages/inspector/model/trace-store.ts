import type { TracedSession, TraceEntry } from '@cardwright/protocol/trace';
import { Correlator, type CommandGroup, type Span } from './command-group.js';
import { compileFilter, type Matcher, type MatchContext } from './filter-match.js';
import type { FilterTerm } from './filter-language.js';

/** Content of the list: commands, whose entries can be unfolded, or all entries in their order. */
export type Arrangement = 'commands' | 'entries';

export type Row =
  | { readonly kind: 'group'; readonly group: CommandGroup; readonly isOpen: boolean }
  | { readonly kind: 'entry'; readonly group: CommandGroup; readonly entry: TraceEntry; readonly depth: number };

export interface ListedSession extends TracedSession {
  /** Number of the session, in the order of appearance. */
  readonly number: number;
}

/** Maximum number of entries in a trace. A trace file can hold as many. */
const MAX_ENTRIES = 100_000;
/** Number of entries that are dropped in addition to the surplus, so that entries are dropped rarely. */
const DROPPED_AT_ONCE = 10_000;
/** Number of entries that are tested between two looks at the clock. */
const TESTED_AT_ONCE = 200;

/**
 * The entries of one trace, grouped by command and filtered. The time to add an entry does not grow with the number of entries. `advance`
 * filters in portions, so that neither a new filter nor many new entries block the page.
 */
export class TraceStore {
  #entries: TraceEntry[] = [];
  #correlator = new Correlator();
  readonly #sessions = new Map<string, ListedSession>();
  #matches: Matcher = () => true;
  /** Index of the first entry that has not been tested against the filter. */
  #cursor = 0;
  readonly #matched = new Set<number>();
  #shownEntries: TraceEntry[] = [];
  #shownGroups: CommandGroup[] = [];
  readonly #matchesIn = new Map<CommandGroup, number>();
  readonly #changed = new Set<CommandGroup>();
  /** Commands of sessions whose facts have not arrived yet, by session id. */
  readonly #unnamed = new Map<string, Set<CommandGroup>>();
  readonly #open = new Set<CommandGroup>();
  #rows: readonly Row[] | null = null;
  #arrangement: Arrangement = 'commands';
  #dropped = 0;

  get entries(): readonly TraceEntry[] {
    return this.#entries;
  }

  get sessions(): readonly ListedSession[] {
    return [...this.#sessions.values()];
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** Number of entries that have passed the filter so far. */
  get shown(): number {
    return this.#shownEntries.length;
  }

  get isFiltering(): boolean {
    return this.#cursor < this.#entries.length || this.#changed.size > 0;
  }

  get arrangement(): Arrangement {
    return this.#arrangement;
  }

  set arrangement(arrangement: Arrangement) {
    this.#arrangement = arrangement;
    this.#rows = null;
  }

  /**
   * Adds sessions, or updates the facts of known sessions. A session can arrive after its first entries, which are then tested against the
   * filter again.
   */
  setSessions(sessions: readonly TracedSession[]): void {
    for (const session of sessions) {
      for (const group of this.#unnamed.get(session.id) ?? []) this.#changed.add(group);
      this.#unnamed.delete(session.id);
      const number = this.#sessions.get(session.id)?.number ?? this.#sessions.size + 1;
      this.#sessions.set(session.id, { ...session, number });
    }
  }

  session(id: string): ListedSession | undefined {
    return this.#sessions.get(id);
  }

  noteDropped(count: number): void {
    this.#dropped += count;
  }

  add(entries: readonly TraceEntry[]): void {
    for (const entry of entries) this.#addOne(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#drop(this.#entries.length - MAX_ENTRIES + DROPPED_AT_ONCE);
  }

  #addOne(entry: TraceEntry): void {
    this.#entries.push(entry);
    const { group, changed } = this.#correlator.add(entry);
    if (changed) this.#changed.add(group);
    if (this.#sessions.has(entry.session)) return;
    const unnamed = this.#unnamed.get(entry.session) ?? new Set();
    this.#unnamed.set(entry.session, unnamed.add(group));
  }

  clear(): void {
    this.#entries = [];
    this.#correlator = new Correlator();
    this.#open.clear();
    this.#unnamed.clear();
    this.#dropped = 0;
    for (const { id, ended } of this.sessions) if (ended !== null) this.#sessions.delete(id);
    this.#restart();
  }

  /** Drops the oldest entries, and groups the rest again. A group that has lost its beginning is made of its remaining entries. */
  #drop(count: number): void {
    const kept = this.#entries.slice(count);
    this.#dropped += count;
    this.#entries = [];
    this.#correlator = new Correlator();
    this.#open.clear();
    this.#unnamed.clear();
    this.#restart();
    for (const entry of kept) this.#addOne(entry);
  }

  setFilter(terms: readonly FilterTerm[]): void {
    this.#matches = compileFilter(terms);
    this.#restart();
  }

  #restart(): void {
    this.#cursor = 0;
    this.#matched.clear();
    this.#matchesIn.clear();
    this.#changed.clear();
    this.#shownEntries = [];
    this.#shownGroups = [];
    this.#rows = null;
  }

  /**
   * Tests entries against the filter until all are tested or the time is over. At least the changed commands and one portion are
   * tested.
   *
   * @param until end of the time, on the clock of `performance.now()`
   * @returns true if the rows may have changed
   */
  advance(until: number, now: () => number = () => performance.now()): boolean {
    const before = this.#shownEntries.length;
    const hadChanges = this.#changed.size > 0;
    for (const group of this.#changed) for (const entry of group.entries) this.#test(entry, group);
    this.#changed.clear();
    const start = this.#cursor;
    while (this.#cursor < this.#entries.length && (this.#cursor === start || now() < until)) {
      const end = Math.min(this.#cursor + TESTED_AT_ONCE, this.#entries.length);
      for (const entry of this.#entries.slice(this.#cursor, end)) this.#test(entry, this.groupOf(entry));
      this.#cursor = end;
    }
    const changed = hadChanges || before !== this.#shownEntries.length || start !== this.#cursor;
    if (changed) this.#rows = null;
    return changed;
  }

  #test(entry: TraceEntry, group: CommandGroup): void {
    const was = this.#matched.has(entry.number);
    const is = this.#matches(entry, this.contextOf(entry, group));
    if (was === is) return;
    const count = (this.#matchesIn.get(group) ?? 0) + (is ? 1 : -1);
    this.#matchesIn.set(group, count);
    if (is) {
      this.#matched.add(entry.number);
      insert(this.#shownEntries, entry, ({ number }) => number);
      if (count === 1) insert(this.#shownGroups, group, ({ index }) => index);
    } else {
      this.#matched.delete(entry.number);
      remove(this.#shownEntries, entry, ({ number }) => number);
      if (count === 0) remove(this.#shownGroups, group, ({ index }) => index);
    }
  }

  contextOf(entry: TraceEntry, group: CommandGroup): MatchContext {
    const session = this.#sessions.get(entry.session);
    return { group, span: this.spanOf(entry), session: session?.number ?? 0, origin: session?.origin ?? '' };
  }

  groupOf(entry: TraceEntry): CommandGroup {
    const group = this.#correlator.groupOf(entry);
    if (group === undefined) throw new Error(`entry ${entry.number} is not of this trace`);
    return group;
  }

  spanOf(entry: TraceEntry): Span {
    return this.#correlator.spanOf(entry);
  }

  /** Returns all commands, regardless of the filter. */
  groups(): CommandGroup[] {
    return [...new Set(this.#entries.map((entry) => this.groupOf(entry)))];
  }

  /** Unfolds the entries of a command in the list, or folds them. */
  toggle(group: CommandGroup, isOpen = !this.#open.has(group)): void {
    if (isOpen) this.#open.add(group);
    else this.#open.delete(group);
    this.#rows = null;
  }

  isOpen(group: CommandGroup): boolean {
    return this.#open.has(group);
  }

  /** The rows of the list: the commands and entries that have passed the filter so far, without folded entries. */
  get rows(): readonly Row[] {
    this.#rows ??= this.#arrangement === 'entries' ? this.#entryRows() : this.#groupRows();
    return this.#rows;
  }

  #entryRows(): Row[] {
    return this.#shownEntries.map((entry) => ({ kind: 'entry', entry, group: this.groupOf(entry), depth: 0 }));
  }

  #groupRows(): Row[] {
    const rows: Row[] = [];
    for (const group of this.#shownGroups) {
      const isOpen = this.#open.has(group);
      rows.push({ kind: 'group', group, isOpen });
      if (!isOpen) continue;
      for (const entry of group.entries) {
        if (this.#matched.has(entry.number)) {
          rows.push({ kind: 'entry', entry, group, depth: entry.kind === 'apdu' ? 2 : 1 });
        }
      }
    }
    return rows;
  }
}

/**
 * Returns the index at which an item belongs in a list that is sorted by `orderOf`. The end is tested first, because the item nearly
 * always belongs there.
 */
function place<T>(list: readonly T[], item: T, orderOf: (one: T) => number): number {
  const order = orderOf(item);
  const last = list.at(-1);
  if (last === undefined || orderOf(last) < order) return list.length;
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const one = list[middle];
    if (one !== undefined && orderOf(one) < order) low = middle + 1;
    else high = middle;
  }
  return low;
}

const insert = <T>(list: T[], item: T, orderOf: (one: T) => number): void =>
  void list.splice(place(list, item, orderOf), 0, item);

const remove = <T>(list: T[], item: T, orderOf: (one: T) => number): void =>
  void list.splice(place(list, item, orderOf), 1);
