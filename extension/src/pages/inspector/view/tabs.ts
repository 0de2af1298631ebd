import { byId } from '../../element.js';

export type ViewName = 'trace' | 'compare' | 'console';
const VIEWS: readonly ViewName[] = ['trace', 'compare', 'console'];

/** The inspector's views, one of which is visible. */
export class Tabs {
  readonly #tabs = VIEWS.map((name) => ({
    name,
    tab: byId(`tab-${name}`, HTMLButtonElement),
    view: byId(`view-${name}`, HTMLElement),
  }));

  constructor(private readonly onShow: (name: ViewName) => void) {
    for (const [index, { name, tab }] of this.#tabs.entries()) {
      tab.addEventListener('click', () => this.show(name));
      tab.addEventListener('keydown', ({ key }) => {
        const by = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
        const next = this.#tabs.at((index + by) % this.#tabs.length);
        if (by === 0 || next === undefined) return;
        this.show(next.name);
        next.tab.focus();
      });
    }
    this.show('trace');
  }

  show(shown: ViewName): void {
    for (const { name, tab, view } of this.#tabs) {
      tab.ariaSelected = String(name === shown);
      tab.tabIndex = name === shown ? 0 : -1;
      view.hidden = name !== shown;
    }
    this.onShow(shown);
  }
}
