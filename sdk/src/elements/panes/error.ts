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

/** Explains an error that has ended an attempt, and offers the actions that help. */
export interface ErrorPane extends Obstacle {
  readonly name: 'error';
  readonly step: WizardStep;
  /** State of the checks. Null if the error did not come while the computer was being checked. */
  readonly checks: Checks | null;
  /** Set if the operation is interrupted and has not failed: its progress is kept, and it can continue. */
  readonly isKept: boolean;
}

export const errorPane: PaneDefinition<ErrorPane> = {
  step: ({ step }) => step,
  focus: 'way-on',
  content: (pane, { text, support }) => errorContent(text, pane, support),
  buttons: (pane, { text, actions }) => waysOn(text, pane, actions),
};

/**
 * Renders an error and, if the computer was being checked, the list of checks.
 *
 * @param hasSupportFile true if the extension may know more about the error (`ErrorPane.hasSupportFile` of the element)
 */
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
