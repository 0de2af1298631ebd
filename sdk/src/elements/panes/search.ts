import { html } from 'lit';
import type { PaneDefinition, SearchView } from '../pane-definition.js';
import { title } from '../pane-parts.js';

/** The CMS is asked what can be done with the devices that are connected. */
export interface SearchPane {
  readonly name: 'search';
}

export const searchPane: PaneDefinition<SearchPane, SearchView> = {
  step: 'device',
  content: (_pane, { text }) =>
    html`<div class="centred"><span class="spinner large" aria-hidden="true"></span>${title(text.searching)}</div>`,
};
