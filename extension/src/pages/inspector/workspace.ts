import { LiveTrace, type InspectorSource } from './model/live-trace.js';
import type { Arrangement, TraceStore } from './model/trace-store.js';
import { OnDemand } from './on-demand.js';
import { byId, element } from '../element.js';
import { t, tCount } from '../text.js';
import type { CompareView, NamedTrace } from './view/compare-view.js';
import type { ConsoleView } from './view/console-view.js';
import type { DetailPane } from './view/detail-pane.js';
import type { openTrace } from './view/files.js';
import { FilterBar } from './view/filter-bar.js';
import { notice, Toolbar } from './view/toolbar.js';
import { Tabs, type ViewName } from './view/tabs.js';
import { TraceList, type Selection } from './view/trace-list.js';

/** Milliseconds of each frame that are spent on filtering entries. */
const FILTER_TIME = 8;
const ARRANGEMENTS: readonly Arrangement[] = ['commands', 'entries'];

/**
 * The inspector: the trace that is being recorded, imported traces, and their views. The script of a part that is not shown at first is
 * loaded when the part is first needed.
 */
export class Workspace {
  readonly #live: LiveTrace;
  readonly #traces: NamedTrace[];
  #current: NamedTrace;
  #shown: ViewName = 'trace';
  #isDue = false;
  #problem: string | null = null;
  readonly #list: TraceList;
  readonly #filter: FilterBar;
  readonly #detail: OnDemand<DetailPane>;
  readonly #toolbar: Toolbar;
  readonly #compare: OnDemand<CompareView>;
  readonly #console: OnDemand<ConsoleView>;
  readonly #files = this.#onDemand(() => import('./view/files.js'));
  readonly #tabs: Tabs;

  constructor(source: InspectorSource) {
    let isReady = false;
    this.#live = new LiveTrace(source, () => {
      if (isReady) this.#schedule();
    });
    this.#traces = [{ name: t('inspector_live'), store: this.#live.store }];
    this.#current = { name: t('inspector_live'), store: this.#live.store };
    this.#toolbar = new Toolbar(this.#live);
    this.#list = new TraceList(byId('grid', HTMLElement), this.#live.store, {
      select: (selection) => this.#select(selection),
      open: () => this.#detail.use((pane) => pane.focus()),
      follow: (isFollowing) => void (byId('newest', HTMLElement).hidden = isFollowing || this.#store.shown === 0),
      failed: (error) => this.#reportUnloaded(error),
    });
    this.#detail = this.#onDemand(async () => {
      const { DetailPane } = await import('./view/detail-pane.js');
      return new DetailPane(byId('detail', HTMLElement), {
        close: () => {
          this.#list.select(null);
          this.#list.focus();
        },
        reveal: (selection) => this.#list.reveal(selection),
        replay: (session, command) => {
          this.#tabs.show('console');
          this.#console.use((view) => void view.replay(session, command));
        },
        canReplay: (session) => !this.#isImported && this.#live.store.session(session)?.ended === null,
      });
    });
    this.#filter = new FilterBar({
      change: (terms) => {
        this.#store.setFilter(terms);
        this.#schedule();
      },
      leave: () => this.#list.focus(),
    });
    this.#compare = this.#onDemand(async () => {
      const { CompareView } = await import('./view/compare-view.js');
      return new CompareView(byId('view-compare', HTMLElement), (trace, { group }) => {
        this.#show(trace);
        this.#tabs.show('trace');
        this.#filter.text = '';
        this.#list.reveal({ group, entry: null });
      });
    });
    this.#console = this.#onDemand(async () => {
      const { ConsoleView } = await import('./view/console-view.js');
      return new ConsoleView(byId('view-console', HTMLElement), this.#live);
    });
    this.#tabs = new Tabs((name) => {
      this.#shown = name;
      if (name === 'compare') this.#compare.use((view) => view.update(this.#traces));
      if (name === 'console') this.#console.use((view) => view.update(this.#isImported));
      if (isReady) this.#schedule();
    });
    this.#arrange();
    this.#listenToFiles();
    byId('newest', HTMLButtonElement).addEventListener('click', () => this.#list.follow());
    document.addEventListener('keydown', (event) => this.#onKey(event));
    isReady = true;
    this.#schedule();
  }

  /** Shows only the sessions of a site in the list. While the list is empty, the inspector shows what failed at this site before. */
  showOnly(origin: string): void {
    this.#filter.text = `origin:${origin.replace(/^https?:\/\//, '')}`;
    const past = this.#onDemand(() => import('./view/past-failures.js'));
    past.use(({ describePastFailures }) => {
      describePastFailures(origin).then(
        (failures) => failures && byId('empty', HTMLElement).prepend(failures),
        (error: unknown) => this.#reportUnloaded(error),
      );
    });
  }

  get #store(): TraceStore {
    return this.#current.store;
  }

  get #isImported(): boolean {
    return this.#store !== this.#live.store;
  }

  #schedule(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw(): void {
    const changed = this.#store.advance(performance.now() + FILTER_TIME);
    this.#toolbar.update(this.#isImported);
    this.#filter.showSessions(this.#store.sessions);
    this.#notices();
    this.#console.loaded?.update(this.#isImported);
    if (changed || this.#store.entries.length === 0) this.#list.update();
    const { selection } = this.#list;
    if (selection !== null && changed) this.#showDetail();
    this.#count();
    if (this.#store.isFiltering) this.#schedule();
  }

  #count(): void {
    const { entries, shown, dropped } = this.#store;
    const all = entries.length;
    byId('count', HTMLElement).textContent = [
      shown === all ? tCount('inspector_count_all', all) : t('inspector_count_some', String(shown), String(all)),
      ...(dropped > 0 ? [tCount('inspector_count_dropped', dropped)] : []),
    ].join(' · ');
    const { active, kept } = this.#live.recording;
    byId('recorded', HTMLElement).textContent = this.#isImported
      ? t('inspector_status_imported')
      : kept
        ? t('inspector_status_kept')
        : active
          ? t('inspector_status_active')
          : t('inspector_status_paused');
    byId('empty', HTMLElement).hidden = shown > 0 || this.#store.isFiltering;
    byId('empty-reason', HTMLElement).textContent =
      all > 0 ? t('inspector_empty_filter') : active ? t('inspector_empty') : t('inspector_empty_paused');
  }

  #notices(): void {
    const lines = [
      ...(this.#problem === null
        ? []
        : [notice('warning', this.#problem, [t('inspector_close'), () => this.#report(null)])]),
      ...(this.#isImported
        ? [
            notice('info', t('inspector_imported', this.#current.name), [
              t('inspector_close_import'),
              () => this.#closeImport(),
            ]),
          ]
        : []),
      ...(this.#live.recording.apdus && !this.#isImported ? [notice('info', t('inspector_apdus_explained'))] : []),
    ];
    const place = byId('notices', HTMLElement);
    const text = lines.map(({ textContent }) => textContent).join('\n');
    // Unchanged lines are not drawn again, because a focused button in them would lose the focus.
    if (place.dataset.shown === text) return;
    place.dataset.shown = text;
    place.replaceChildren(...lines);
  }

  #report(problem: string | null): void {
    this.#problem = problem;
    this.#schedule();
  }

  #onDemand<T>(load: () => Promise<T>): OnDemand<T> {
    return new OnDemand(load, (error) => this.#reportUnloaded(error));
  }

  /** Reports that a part cannot be loaded, most often because the browser has updated or removed the extension. */
  #reportUnloaded(error: unknown): void {
    console.error('Cardwright: a part of the inspector cannot be loaded', error);
    this.#report(t('inspector_part_not_loaded'));
  }

  #select(selection: Selection | null): void {
    byId('detail', HTMLElement).hidden = selection === null;
    byId('split', HTMLElement).dataset.open = String(selection !== null);
    if (selection === null) this.#detail.loaded?.forget();
    else this.#showDetail();
  }

  /** Shows the selection once the pane is loaded. */
  #showDetail(): void {
    this.#detail.use((pane) => {
      const { selection } = this.#list;
      if (selection !== null) pane.show(selection, this.#store);
    });
  }

  #arrange(): void {
    const place = byId('arrangement', HTMLElement);
    place.ariaLabel = t('inspector_arrangement');
    for (const arrangement of ARRANGEMENTS) {
      const input = element('input', { type: 'radio', name: 'arrangement', value: arrangement });
      input.checked = arrangement === 'commands';
      input.addEventListener('change', () => {
        for (const { store } of this.#traces) store.arrangement = arrangement;
        this.#list.update();
      });
      place.append(element('label', {}, input, element('span', {}, t(`inspector_arrangement_${arrangement}`))));
    }
  }

  #listenToFiles(): void {
    const file = byId('file', HTMLInputElement);
    file.ariaLabel = t('inspector_import');
    byId('export', HTMLButtonElement).addEventListener('click', () => {
      this.#files.use(({ saveTrace }) => saveTrace(this.#store));
    });
    byId('import', HTMLButtonElement).addEventListener('click', () => file.click());
    file.addEventListener('change', () => {
      for (const one of file.files ?? []) this.#files.use(({ openTrace }) => void this.#import(one, openTrace));
      file.value = '';
    });
    const select = byId('trace', HTMLSelectElement);
    select.ariaLabel = t('inspector_trace');
    select.addEventListener('change', () => {
      const trace = this.#traces[select.selectedIndex];
      if (trace !== undefined) this.#show(trace);
    });
  }

  async #import(file: File, open: typeof openTrace): Promise<void> {
    const opened = await open(file);
    if (typeof opened === 'string') {
      this.#report(`${file.name}: ${t(`inspector_import_${opened}`)}`);
      return;
    }
    this.#problem = null;
    opened.store.arrangement = this.#store.arrangement;
    this.#traces.push(opened);
    this.#show(opened);
  }

  #closeImport(): void {
    this.#traces.splice(
      this.#traces.findIndex(({ store }) => store === this.#store),
      1,
    );
    const [live] = this.#traces;
    if (live !== undefined) this.#show(live);
  }

  #show(trace: NamedTrace): void {
    this.#current = trace;
    this.#select(null);
    const select = byId('trace', HTMLSelectElement);
    select.hidden = this.#traces.length < 2;
    select.replaceChildren(...this.#traces.map(({ name }) => element('option', {}, name)));
    select.selectedIndex = this.#traces.findIndex(({ store }) => store === trace.store);
    document.body.dataset.imported = String(this.#isImported);
    this.#filter.showSessions(trace.store.sessions);
    this.#filter.apply();
    this.#list.show(trace.store);
    if (this.#shown === 'compare') this.#compare.use((view) => view.update(this.#traces));
    this.#schedule();
  }

  #onKey(event: KeyboardEvent): void {
    const isTyping = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
    if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || this.#shown !== 'trace') return;
    event.preventDefault();
    this.#filter.focus();
  }
}
