import { html } from 'lit';
import type { PaneDefinition, SearchView } from '../pane-definition.js';
import { title } from '../pane-parts.js';

/** Shown while the CMS judges the connected devices. */
export interface SearchPane {
  readonly name: 'search';
}

export const searchPane: PaneDefinition<SearchPane, SearchView> = {
  step: 'device',
  content: (_pane, { text }) =>
    html`<div class="centred"><span class="spinner large" aria-hidden="true"></span>${title(text.searching)}</div>`,
};
