import type { ErrorCode } from '@cardwright/protocol';
import { html, type TemplateResult } from 'lit';
import type { JudgedDevice } from './judged-device.js';
import { windowOf, type ErrorPaneFacts, type Pane } from './pane.js';
import type { Text } from './text.js';
import type { WantedDevice } from './wanted-device.js';

/** What the buttons of the wizard do. */
export interface FooterActions {
  /** Ends the wizard, or asks first. */
  readonly cancel: () => void;
  /** Goes on with the selected device. */
  readonly next: () => void;
  readonly allow: () => void;
  /** Brings the extension's window to the front. */
  readonly showWindow: () => void;
  /** Looks for readers and devices again. */
  readonly refresh: () => void;
  /** Begins again; with a device goes on with it. */
  readonly run: (wanted: WantedDevice | null) => void;
  /** Begins again, and lets the user choose. */
  readonly chooseAgain: () => void;
  readonly reload: (wanted: WantedDevice | null) => void;
}

/** Errors that only a reload of the page can mend: content scripts reach no page that was open before them. */
const MENDED_BY_RELOAD: readonly ErrorCode[] = ['EXTENSION_MISSING', 'TOO_MANY_SESSIONS', 'LOGIN_REQUIRED'];
/** Errors that came before anything was done to the device: to go on is to try again. */
const NOTHING_DONE: readonly ErrorCode[] = ['DEVICE_BUSY', 'DEVICE_NOT_FOUND', 'WINDOW_NOT_ALLOWED', 'RATE_LIMITED'];

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
      return remedies(text, pane, actions);
    default:
      return windowOf(pane) === null
        ? secondary('cancel', text.cancel, cancel)
        : [secondary('cancel', text.cancel, cancel), primary('show-window', text.showWindow, actions.showWindow)];
  }
}

/** The question whether to stop: to keep going is the default. */
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

function remedies(
  text: Text,
  { error, step, wanted }: ErrorPaneFacts,
  actions: FooterActions,
): readonly TemplateResult[] {
  const { code } = error;
  // Nothing is lost by leaving what waits for an operator.
  const cancel = secondary('cancel', code === 'APPROVAL_NEEDED' ? text.close : text.cancel, actions.cancel);
  if (MENDED_BY_RELOAD.includes(code)) {
    const label = code === 'LOGIN_REQUIRED' ? text.logIn : text.refresh;
    return [cancel, primary('retry', label, () => actions.reload(wanted))];
  }
  const goOn = (label: string): TemplateResult => primary('retry', label, () => actions.run(wanted));
  if (code === 'OPERATION_MOVED') return [secondary('cancel', text.close, actions.cancel), goOn(text.goOnHere)];
  if (step === 'check') return [cancel, goOn(text.refresh)];
  if (wanted === null) return [cancel, goOn(text.retry)];
  const chooseAgain = secondary('choose-again', text.chooseAgain, actions.chooseAgain);
  return [cancel, chooseAgain, goOn(step === 'device' || NOTHING_DONE.includes(code) ? text.retry : text.goOn)];
}

const secondary = (id: string, label: string, onClick: () => unknown): TemplateResult =>
  html`<button type="button" slot="footer" id=${id} @click=${onClick}>${label}</button>`;

const primary = (id: string, label: string, onClick: () => unknown, isDisabled = false): TemplateResult =>
  html`<button type="button" slot="footer" class="primary" id=${id} ?disabled=${isDisabled} @click=${onClick}>
    ${label}
  </button>`;
