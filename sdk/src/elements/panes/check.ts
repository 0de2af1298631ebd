import { html } from 'lit';
import type { Checks } from '../checks.js';
import { windowIllustration } from '../icons.js';
import type { PaneDefinition, SearchView } from '../pane-definition.js';
import { lostWindow, title } from '../pane-parts.js';
import { checkList } from './check-list.js';

/** Shows how far the computer has been checked. Meanwhile, a window of the extension may be asking the user for access. */
export interface CheckPane {
  readonly name: 'check';
  readonly checks: Checks;
}

export const checkPane: PaneDefinition<CheckPane, SearchView> = {
  step: 'check',
  content: ({ checks }, { text, isWindowLost }) =>
    checks.site === 'asking'
      ? html`<div class="beside">
            <div>${title(text.allowTitle, text.allowHint)}${lostWindow(text, isWindowLost)}</div>
            ${windowIllustration('allow')}
          </div>
          ${checkList(text, checks)}`
      : html`${title(text.checking, checks.host === 'running' ? text.startingHint : text.checkingHint)}
        ${checkList(text, checks)}`,
  window: ({ checks }) => (checks.site === 'asking' ? 'allow' : null),
};
