import { html, nothing, type TemplateResult } from 'lit';
import type { Checks } from '../checks.js';
import '../error-pane.js';
import { WIZARDS_OF_PAGE } from '../offered-wizards.js';
import type { PaneDefinition } from '../pane-definition.js';
import type { WizardStep } from '../steps.js';
import type { Support } from '../support.js';
import type { Text } from '../text.js';
import { isHelpedByUnlock } from '../unlocking.js';
import { waysOn, type Obstacle } from '../ways-on.js';
import { checkList } from './check-list.js';

/** Something went wrong. */
export interface ErrorPane extends Obstacle {
  readonly name: 'error';
  readonly step: WizardStep;
  /** State of the checks, if one of them failed. */
  readonly checks: Checks | null;
  /** Set if the progress so far is kept for continuing: the operation is interrupted, not failed. */
  readonly isKept: boolean;
}

export const errorPane: PaneDefinition<ErrorPane> = {
  step: ({ step }) => step,
  focus: 'way-on',
  content: (pane, { text, support }) => errorContent(text, pane, support),
  buttons: (pane, { text, actions }) => waysOn(text, pane, actions),
};

/** @param hasSupportFile true if the extension has details for a support file */
export const errorContent = (
  text: Text,
  { error, step, checks, isKept }: Pick<ErrorPane, 'error' | 'checks' | 'isKept'> & { readonly step: string },
  { help, helpDesk }: Support,
  hasSupportFile = true,
): TemplateResult =>
  html`<cardwright-error-pane
      .error=${error}
      .where=${step}
      .more=${error.recovery === 'ask-operator' && isKept ? text.continueLater : ''}
      .hasSupportFile=${hasSupportFile}
      .isLedOn=${WIZARDS_OF_PAGE.has('unlock') && isHelpedByUnlock(error)}
      .help=${help}
      .helpDesk=${helpDesk}
    ></cardwright-error-pane>
    ${checks ? checkList(text, checks) : nothing}`;
