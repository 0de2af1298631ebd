import type { TemplateResult } from 'lit';
import type { JudgedDevice } from './judged-device.js';
import type { PaneFocus } from './pane-focus.js';
import type { Selection } from './selection.js';
import type { WizardStep } from './steps.js';
import type { Support } from './support.js';
import type { Text } from './text.js';
import type { OperationText, SearchText } from '@cardwright/words/en/dialogs';
import type { Preference, WantedDevice } from './wanted-device.js';

/** The user's actions in the panes that find a device, which every dialog with such panes offers. */
export interface SearchActions {
  /** Closes the dialog; where stopping may do harm, first asks whether to stop. */
  readonly cancel: () => void;
  /** Continues with the selected device. */
  readonly next: () => void;
  readonly allow: () => void;
  /** Brings the extension's window to the front. */
  readonly showWindow: () => void;
  /** Checks again whether what the pane waits for is there, for example a reader. */
  readonly refresh: () => void;
  /** Opens the wizard that gives a device a new PIN; absent if the page has no such wizard. */
  readonly unlock?: ((wanted: Preference | null) => void) | undefined;
  /** Opens the wizard that erases a device; absent if the page has no such wizard. */
  readonly erase?: ((wanted: Preference | null) => void) | undefined;
}

/** The actions of the wizard's buttons. */
export interface PaneActions extends SearchActions {
  /** Starts again, and continues with the given device, or with any device if none is given. */
  readonly run: (wanted: WantedDevice | null) => void;
  /** Starts again with the given device and its one-time code. */
  readonly sendCode: (wanted: WantedDevice, code: string) => void;
  /** Starts again, and lets the user choose the device. */
  readonly chooseAgain: () => void;
  readonly reload: (wanted: WantedDevice | null) => void;
}

/** Context in which the panes that find a device are rendered. */
export interface SearchView {
  readonly text: Text;
  readonly search: SearchText;
  readonly selection: Selection;
  /** The selected device; undefined if no device is selected, or if the selected device cannot be taken. */
  readonly selected: JudgedDevice | undefined;
  /** Set if the extension's window could not be brought to the front when the user wanted that. */
  readonly isWindowLost: boolean;
  readonly support: Support;
  readonly actions: SearchActions;
}

/** Context in which the wizard's panes are rendered. */
export interface PaneView extends SearchView {
  readonly words: OperationText;
  readonly actions: PaneActions;
  /** Set if the page has put a form into the slot `proof`, with which users prove their identity. */
  readonly hasProofForm: boolean;
}

/** The purpose of a waiting window of the extension. */
export type WindowName = 'allow' | 'erase' | 'pin' | 'passkey';

/**
 * The definition of one pane: its content, words and actions. Each pane has a file of its own, and `panes.ts` lists them all.
 *
 * @param P type of the pane's data
 * @param V type of the context in which the pane is rendered
 */
export interface PaneDefinition<P extends { readonly name: string }, V extends SearchView = PaneView> {
  readonly step: WizardStep | ((pane: P) => WizardStep);
  /**
   * Returns the key of the pane. To the user, panes with the same key are one pane, so the focus stays where it is. Default: the
   * pane's name.
   */
  readonly key?: (pane: P) => string;
  /** Returns the content of the pane, which begins with a heading. */
  readonly content: (pane: P, view: V) => TemplateResult;
  /**
   * Returns the buttons. The intended next action is `primary`. Default: "Cancel", and "Show window" if a window of the extension is waiting.
   */
  readonly buttons?: (pane: P, view: V) => readonly TemplateResult[];
  /** The element that gets the focus when the pane appears. Default: its heading. */
  readonly focus?: PaneFocus;
  /** Returns the text that a screen reader announces while the focus stays where it is. */
  readonly announcement?: (pane: P, view: V) => string;
  /** Returns the purpose of the extension's window that waits for the user; null if no window is waiting. */
  readonly window?: (pane: P) => WindowName | null;
  /** Set if the user must act outside the page before anything continues, even if no window of the extension is waiting. */
  readonly awaitsUser?: boolean;
  /** Set if the user can let the wizard check again. */
  readonly canRefresh?: boolean;
}
