import { html } from 'lit';
import type { Checks } from '../checks.js';
import { primary, secondary } from '../footer-buttons.js';
import type { PaneDefinition, SearchView } from '../pane-definition.js';
import { title } from '../pane-parts.js';
import { checkList } from './check-list.js';

/** Offers a button after which the extension asks the user to grant the site access. */
export interface AllowPane {
  readonly name: 'allow';
  readonly checks: Checks;
}

export const allowPane: PaneDefinition<AllowPane, SearchView> = {
  step: 'check',
  content: ({ checks }, { text }) => html`${title(text.allowTitle, text.allowHint)} ${checkList(text, checks)}`,
  buttons: (_pane, { text, actions }) => [
    secondary('cancel', text.cancel, actions.cancel),
    primary('allow', text.allow, actions.allow),
  ],
};
