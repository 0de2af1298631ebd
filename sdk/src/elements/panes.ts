import type { TemplateResult } from 'lit';
import { primary, secondary } from './footer-buttons.js';
import type { PaneDefinition, PaneView, SearchView, WindowName } from './pane-definition.js';
import type { PaneFocus } from './pane-focus.js';
import { allowPane, type AllowPane } from './panes/allow.js';
import { awaitingApprovalPane, type AwaitingApprovalPane } from './panes/awaiting-approval.js';
import { checkPane, type CheckPane } from './panes/check.js';
import { choosePane, type ChoosePane } from './panes/choose.js';
import { codePane, type CodePane } from './panes/code.js';
import { connectPane, type ConnectPane } from './panes/connect.js';
import { erasePane, type ErasePane } from './panes/erase.js';
import { errorPane, type ErrorPane } from './panes/error.js';
import { noReaderPane, type NoReaderPane } from './panes/no-reader.js';
import { passkeyPane, type PasskeyPane } from './panes/passkey.js';
import { pendingPane, type PendingPane } from './panes/pending.js';
import { pinPane, type PinPane } from './panes/pin.js';
import { progressPane, type ProgressPane } from './panes/progress.js';
import { provePane, type ProvePane } from './panes/prove.js';
import { readyPane, type ReadyPane } from './panes/ready.js';
import { refusedPane, type RefusedPane } from './panes/refused.js';
import { searchPane, type SearchPane } from './panes/search.js';
import { stopPane, type StopPane } from './panes/stop.js';
import type { WizardStep } from './steps.js';

/** Panes of the check of the computer. */
export type CheckingPane = CheckPane | AllowPane | RefusedPane | NoReaderPane;

/** Panes of the search for a device. */
export type SearchingPane = SearchPane | ConnectPane | ChoosePane;

/** Panes of an operation that is under way. */
export type RunningPane = ProgressPane | ErasePane | PasskeyPane | PinPane;

/** The pane on the wizard's screen. */
export type Pane =
  | CheckingPane
  | SearchingPane
  | RunningPane
  | ProvePane
  | CodePane
  | PendingPane
  | AwaitingApprovalPane
  | ReadyPane
  | ErrorPane
  | StopPane;

/** Panes by their names. */
type PaneNamed = { readonly [P in Pane as P['name']]: P };
type Name = keyof PaneNamed;

/** Panes that find a device for any purpose. Dialogs besides the wizard use them, too. */
export type ReachingPane = CheckingPane | SearchingPane;

const REACHING: { readonly [N in ReachingPane['name']]: PaneDefinition<PaneNamed[N], SearchView> } = {
  check: checkPane,
  allow: allowPane,
  refused: refusedPane,
  'no-reader': noReaderPane,
  search: searchPane,
  connect: connectPane,
  choose: choosePane,
};

const RUNNING: { readonly [N in RunningPane['name']]: PaneDefinition<PaneNamed[N]> } = {
  progress: progressPane,
  erase: erasePane,
  passkey: passkeyPane,
  pin: pinPane,
};

/** The definitions of all panes, by name. The code does not compile if a definition is missing. */
const PANES: { readonly [N in Name]: PaneDefinition<PaneNamed[N]> } = {
  ...REACHING,
  ...RUNNING,
  prove: provePane,
  code: codePane,
  pending: pendingPane,
  'awaiting-approval': awaitingApprovalPane,
  ready: readyPane,
  error: errorPane,
  stop: stopPane,
};

const definitionOf = <N extends Name>(pane: PaneNamed[N]): PaneDefinition<PaneNamed[N]> => PANES[pane.name as N];

const reachingOf = <N extends ReachingPane['name']>(pane: PaneNamed[N]): PaneDefinition<PaneNamed[N], SearchView> =>
  REACHING[pane.name as N];

/** Returns the step to which a pane belongs. */
export function stepOf(pane: Pane): WizardStep {
  const { step } = definitionOf(pane);
  return typeof step === 'function' ? step(pane) : step;
}

/** Returns the key of a pane. To the user, panes with the same key are one pane, so the focus stays where it is. */
export const keyOf = (pane: Pane): string => definitionOf(pane).key?.(pane) ?? pane.name;

/** Renders the content of a pane. */
export const contentOf = (pane: Pane, view: PaneView): TemplateResult => definitionOf(pane).content(pane, view);

/** Returns the buttons of a pane: the pane's own buttons, or else the usual buttons. */
export const buttonsOf = (pane: Pane, view: PaneView): readonly TemplateResult[] =>
  definitionOf(pane).buttons?.(pane, view) ?? usualButtons(windowOf(pane) !== null, view);

/** Returns the button "Cancel" and, if a window of the extension is waiting, a button that brings the window to the front. */
export function usualButtons(hasWindow: boolean, { text, actions }: SearchView): readonly TemplateResult[] {
  const cancel = secondary('cancel', text.cancel, actions.cancel);
  return hasWindow ? [cancel, primary('show-window', text.showWindow, actions.showWindow)] : [cancel];
}

export const isReaching = (pane: { readonly name: string }): pane is ReachingPane => Object.hasOwn(REACHING, pane.name);

/** Functions for the content, buttons and announcement of a pane that finds a device, in dialogs besides the wizard. */
export const reaching = {
  content: (pane: ReachingPane, view: SearchView): TemplateResult => reachingOf(pane).content(pane, view),
  buttons: (pane: ReachingPane, view: SearchView): readonly TemplateResult[] =>
    reachingOf(pane).buttons?.(pane, view) ?? usualButtons(windowOf(pane) !== null, view),
  announcement: (pane: ReachingPane, view: SearchView): string => reachingOf(pane).announcement?.(pane, view) ?? '',
};

/** Returns the text that a screen reader announces while the focus stays where it is. */
export const announcementOf = (pane: Pane, view: PaneView): string =>
  definitionOf(pane).announcement?.(pane, view) ?? '';

/** Returns the purpose of the extension's window that waits for the user; null if no window is waiting. */
export const windowOf = (pane: Pane): WindowName | null => definitionOf(pane).window?.(pane) ?? null;

/** Returns which element gets the focus when a pane appears. */
export const focusOf = (pane: Pane): PaneFocus => definitionOf(pane).focus ?? 'heading';

/** True if the user can let the wizard check again. */
export const canRefresh = (pane: Pane): boolean => definitionOf(pane).canRefresh ?? false;

/** True if an operation is running. */
export const isRunning = (pane: Pane): pane is RunningPane => Object.hasOwn(RUNNING, pane.name);

/** True if stopping now may leave an unusable device. */
export const isHalfDone = (pane: Pane): boolean => isRunning(pane) && pane.isHalfDone;

/** True if the user must act outside the page before anything continues. */
export const isAwaitingUser = (pane: Pane): boolean =>
  windowOf(pane) !== null || (definitionOf(pane).awaitsUser ?? false);
