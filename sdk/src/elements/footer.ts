import type { TemplateResult } from 'lit';
import { primary, secondary } from './footer-buttons.js';
import type { JudgedDevice } from './judged-device.js';
import { windowOf, type ErrorPaneFacts, type Pane } from './pane.js';
import type { Text } from './text.js';
import type { WantedDevice } from './wanted-device.js';

/** What the buttons of the wizard do. */
export interface FooterActions {
  /** Ends the wizard, or asks first. */
  readonly cancel: () => void;
  /** Continues with the selected device. */
  readonly next: () => void;
  readonly allow: () => void;
  /** Brings the extension's window to the front. */
  readonly showWindow: () => void;
  /** Looks for readers and devices again. */
  readonly refresh: () => void;
  /** Begins again; given a device, continues with it. */
  readonly run: (wanted: WantedDevice | null) => void;
  /** Begins again, and lets the user choose. */
  readonly chooseAgain: () => void;
  readonly reload: (wanted: WantedDevice | null) => void;
}

/** The buttons of a pane, each with a step that leads on; the `primary` one is the way on that is meant. */
export function footer(
  text: Text,
  pane: Pane,
  selected: JudgedDevice | undefined,
  actions: FooterActions,
): TemplateResult | readonly TemplateResult[] {
  const { cancel } = actions;
  switch (pane.name) {
    case 'allow':
      return [secondary('cancel', text.cancel, cancel), primary('allow', text.allow, actions.allow)];
    case 'refused':
      return [secondary('cancel', text.cancel, cancel), primary('retry', text.retry, actions.refresh)];
    case 'no-reader':
      return [secondary('cancel', text.cancel, cancel), primary('retry', text.refresh, actions.refresh)];
    case 'choose':
      return [
        secondary('cancel', text.cancel, cancel),
        primary('next', nextLabel(text, selected), actions.next, selected === undefined),
      ];
    case 'pending':
      return pane.canRetry
        ? [secondary('cancel', text.close, cancel), primary('retry', text.setPin, () => actions.run(pane.wanted))]
        : primary('cancel', text.close, cancel);
    case 'awaiting-approval':
      return primary('cancel', text.close, cancel);
    case 'ready':
      return primary('done', text.finish, cancel);
    case 'error':
      return waysOn(text, pane, actions);
    default:
      return windowOf(pane) === null
        ? secondary('cancel', text.cancel, cancel)
        : [secondary('cancel', text.cancel, cancel), primary('show-window', text.showWindow, actions.showWindow)];
  }
}

/** The question whether to stop. Continuing is the default. */
export const stopFooter = (text: Text, stop: () => void, keepGoing: () => void): readonly TemplateResult[] => [
  secondary('stop', text.stop, stop),
  primary('keep-going', text.keepGoing, keepGoing),
];

function nextLabel(text: Text, selected: JudgedDevice | undefined): string {
  switch (selected?.action) {
    case 'continue':
      return text.finishSetup;
    case 'erase':
      return `${text.eraseAndUse} …`;
    default:
      return text.next;
  }
}

/** The buttons of an error are those of its recovery; where only the help desk can act, the pane's own is primary. */
export function waysOn(
  text: Text,
  { error, wanted }: Pick<ErrorPaneFacts, 'error' | 'wanted'>,
  actions: Pick<FooterActions, 'cancel' | 'run' | 'chooseAgain' | 'reload'>,
): readonly TemplateResult[] {
  const cancel = secondary('cancel', text.cancel, actions.cancel);
  const close = secondary('cancel', text.close, actions.cancel);
  const again = (): void => actions.run(wanted);
  const reload = (): void => actions.reload(wanted);
  const chooseAgain = wanted === null ? [] : [secondary('choose-again', text.chooseAgain, actions.chooseAgain)];
  switch (error.recovery) {
    case 'try-again':
    case 'update':
      return [cancel, ...chooseAgain, primary('retry', text.retry, again)];
    case 'continue-here':
      return [close, primary('retry', text.goOnHere, again)];
    case 'another-device':
      return [cancel, primary('choose-again', text.chooseAgain, actions.chooseAgain)];
    case 'reload':
      return [cancel, primary('retry', text.reload, reload)];
    case 'log-in':
      return [cancel, primary('retry', text.logIn, reload)];
    case 'ask-operator':
      return [close, ...chooseAgain, secondary('retry', text.retry, again)];
    case 'none':
      return [primary('cancel', text.close, actions.cancel)];
  }
}
