import type { CardwrightError } from '@cardwright/protocol';
import { html, nothing } from 'lit';
import type { Checks } from '../checks.js';
import '../error-pane.js';
import { primary, secondary } from '../footer-buttons.js';
import type { PaneDefinition, SearchView } from '../pane-definition.js';
import { checkList } from './check-list.js';

/**
 * Explains that the user refused the site access. The check continues by itself once the user lets the site ask again, in the extension's
 * menu.
 */
export interface RefusedPane {
  readonly name: 'refused';
  readonly checks: Checks;
  readonly error: CardwrightError;
  /** Set if the user has tried again, and the site is still refused. */
  readonly isStill: boolean;
}

export const refusedPane: PaneDefinition<RefusedPane, SearchView> = {
  step: 'check',
  focus: 'way-on',
  content: ({ checks, error, isStill }, { text, support }) =>
    html`<div role="status">${isStill ? html`<p class="notice above">${text.stillRefused}</p>` : nothing}</div>
      <cardwright-error-pane
        .error=${error}
        .where=${'check'}
        .more=${text.pardonAwaited}
        .help=${support.help}
        .helpDesk=${support.helpDesk}
      ></cardwright-error-pane>
      ${checkList(text, checks)}`,
  buttons: (_pane, { text, actions }) => [
    secondary('cancel', text.cancel, actions.cancel),
    primary('retry', text.retry, actions.refresh),
  ],
};
