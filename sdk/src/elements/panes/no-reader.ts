import { CardwrightError } from '@cardwright/protocol';
import { html } from 'lit';
import type { Checks } from '../checks.js';
import '../error-pane.js';
import { primary, secondary } from '../footer-buttons.js';
import type { PaneDefinition, SearchView } from '../pane-definition.js';
import { checkList } from './check-list.js';

/** Explains that neither a reader nor a security key is connected. The check continues by itself when the user connects one of them. */
export interface NoReaderPane {
  readonly name: 'no-reader';
  readonly checks: Checks;
}

const NO_READER = new CardwrightError('NO_READER');

export const noReaderPane: PaneDefinition<NoReaderPane, SearchView> = {
  step: 'check',
  focus: 'way-on',
  content: ({ checks }, { text, support }) =>
    html`<cardwright-error-pane
        .error=${NO_READER}
        .where=${'check'}
        .more=${text.readerAwaited}
        .help=${support.help}
        .helpDesk=${support.helpDesk}
      ></cardwright-error-pane>
      ${checkList(text, checks)}`,
  buttons: (_pane, { text, actions }) => [
    secondary('cancel', text.cancel, actions.cancel),
    primary('retry', text.refresh, actions.refresh),
  ],
};
