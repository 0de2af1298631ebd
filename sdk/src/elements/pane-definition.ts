import type { TemplateResult } from 'lit';
import type { JudgedDevice } from './judged-device.js';
import type { PaneFocus } from './pane-focus.js';
import type { Selection } from './selection.js';
import type { WizardStep } from './steps.js';
import type { Support } from './support.js';
import type { Text } from './text.js';
import type { OperationText, SearchText } from '@cardwright/words/en/dialogs';
import type { Preference, WantedDevice } from './wanted-device.js';

/** The user's actions in panes for reaching a device, whatever its purpose. */
export interface SearchActions {
  /** Ends the dialog, or asks first. */
  readonly cancel: () => void;
  /** Continues with the selected device. */
  readonly next: () => void;
  readonly allow: () => void;
  /** Brings the extension's window to the front. */
  readonly showWindow: () => void;
  /** Checks again for what is waited for. */
  readonly refresh: () => void;
  /** Opens the wizard that gives a device a new PIN; absent if the page has none. */
  readonly unlock?: ((wanted: Preference | null) => void) | undefined;
  /** Opens the wizard that erases a device; absent if the page has none. */
  readonly erase?: ((wanted: Preference | null) => void) | undefined;
}

/** The actions of the wizard's buttons. */
export interface PaneActions extends SearchActions {
  /** Starts again; with a device, continues with that. */
  readonly run: (wanted: WantedDevice | null) => void;
  /** Starts again with a device, and with its one-time code. */
  readonly sendCode: (wanted: WantedDevice, code: string) => void;
  /** Starts again, and lets the user choose. */
  readonly chooseAgain: () => void;
  readonly reload: (wanted: WantedDevice | null) => void;
}

/** The context of panes for reaching a device. */
export interface SearchView {
  readonly text: Text;
  readonly search: SearchText;
  readonly selection: Selection;
  /** The device that is selected and can be taken. */
  readonly selected: JudgedDevice | undefined;
  /** Set if the extension's window could not be brought to the front. */
  readonly isWindowLost: boolean;
  readonly support: Support;
  readonly actions: SearchActions;
}

/** The context of the wizard's panes. */
export interface PaneView extends SearchView {
  readonly words: OperationText;
  readonly actions: PaneActions;
  /** Set if the page has put a form into the slot `proof`, in which users prove their identity. */
  readonly hasProofForm: boolean;
}

/** The purpose of a waiting window of the extension. */
export type WindowName = 'allow' | 'erase' | 'pin' | 'passkey';

/**
 * The definition of one pane: its content, its words, and its actions. One file has one pane, and `panes.ts` lists them all.
 *
 * @param P the pane's data
 * @param V the pane's context
 */
export interface PaneDefinition<P extends { readonly name: string }, V extends SearchView = PaneView> {
  readonly step: WizardStep | ((pane: P) => WizardStep);
  /** Key of the pane. Panes with the same key are the same to the user, so that the focus stays. Default: the pane's name. */
  readonly key?: (pane: P) => string;
  /** The content; it begins with a heading. */
  readonly content: (pane: P, view: V) => TemplateResult;
  /** The buttons; the intended next action is `primary`. Default: Cancel, and Show window if one is waiting. */
  readonly buttons?: (pane: P, view: V) => readonly TemplateResult[];
  /** The focus of a new pane. Default: its heading. */
  readonly focus?: PaneFocus;
  /** The screen reader's announcement while the focus stays where it is. */
  readonly announcement?: (pane: P, view: V) => string;
  /** The waiting window of the extension; null if there is none. */
  readonly window?: (pane: P) => WindowName | null;
  /** Set if nothing continues until the user acts outside the page, even if no window is waiting. */
  readonly awaitsUser?: boolean;
  /** Set if the user can check again. */
  readonly canRefresh?: boolean;
}
