import type { TemplateResult } from 'lit';
import { primary, secondary } from '../footer-buttons.js';
import type { SearchActions } from '../pane-definition.js';
import { isReaching, reaching, usualButtons } from '../panes.js';
import type { MobileView } from './mobile-text.js';
import { waysOn } from '../ways-on.js';
import { hasWindow, type MobilePane } from './mobile-pane.js';

/** Actions of the dialog's buttons. An action that has the name of an action of the wizards (`PaneActions`) does the same as in the wizards. */
export interface MobileActions extends SearchActions {
  readonly run: () => void;
  readonly reload: () => void;
  readonly submitPassword: () => void;
  /** Called when the user presses the button for the end before the enrolment is done. */
  readonly done: () => void;
  readonly confirm: () => void;
  readonly reject: () => void;
}

/** Returns the buttons of a pane. */
export function mobileFooter(pane: MobilePane, view: MobileView, actions: MobileActions): readonly TemplateResult[] {
  const { text } = view;
  const { run, reload } = actions;
  const words = text.mobile;
  const cancel = secondary('cancel', text.cancel, actions.cancel);
  const close = secondary('cancel', text.close, actions.cancel);
  if (isReaching(pane)) return reaching.buttons(pane, view);
  switch (pane.name) {
    case 'password':
      return [cancel, primary('next', text.next, actions.submitPassword, pane.isSent)];
    case 'install':
      return [cancel, secondary('retry', words.newCode, run), secondary('done', text.finish, actions.done)];
    case 'code':
    case 'certificates':
      return [cancel, secondary('done', text.finish, actions.done)];
    case 'confirm':
      return [
        secondary('reject', words.reject, actions.reject, pane.isSent),
        primary('confirm', words.confirm, actions.confirm, pane.isSent),
      ];
    case 'sent':
    case 'installed':
      return [primary('done', text.finish, actions.cancel)];
    case 'expired':
      return [cancel, primary('retry', words.newCode, run)];
    case 'rejected':
      return [close, primary('retry', words.newCode, run)];
    case 'cancelled':
      return [close, primary('retry', text.retry, run)];
    case 'error':
      return waysOn(
        text,
        { error: pane.error, wanted: null },
        { cancel: actions.cancel, run, chooseAgain: run, reload, unlock: actions.unlock },
      );
    default:
      return usualButtons(hasWindow(pane), view);
  }
}

/**
 * Returns the buttons for both questions: whether to stop, and whether to keep waiting although steps are missing. The primary button keeps
 * waiting.
 */
export const mobileQuestionFooter = (
  text: MobileView['text'],
  stop: () => void,
  keepWaiting: () => void,
): readonly TemplateResult[] => [
  secondary('stop', text.mobile.stop, stop),
  primary('keep-going', text.mobile.keepWaiting, keepWaiting),
];
