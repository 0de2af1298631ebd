import type { TemplateResult } from 'lit';
import type { JudgedDevice } from './judged-device.js';
import type { PaneFocus } from './pane-focus.js';
import type { Selection } from './selection.js';
import type { Step } from './steps.js';
import type { Support } from './support.js';
import type { Text } from './text.js';
import type { OperationText, SearchText } from '@cardwright/words/en/dialogs';
import type { Preference, WantedDevice } from './wanted-device.js';

/** What the user does in panes by which a device is reached, whatever it is wanted for. */
export interface SearchActions {
  /** Ends the dialog, or asks first. */
  readonly cancel: () => void;
  /** Continues with the selected device. */
  readonly next: () => void;
  readonly allow: () => void;
  /** Brings the extension's window to the front. */
  readonly showWindow: () => void;
  /** Looks again for what is waited for. */
  readonly refresh: () => void;
  /** Leads to the wizard that gives a device a new PIN; absent where the page has none. */
  readonly unlock?: ((wanted: Preference | null) => void) | undefined;
  /** Leads to the wizard that erases a device; absent where the page has none. */
  readonly erase?: ((wanted: Preference | null) => void) | undefined;
}

/** What the buttons of the wizard do. */
export interface PaneActions extends SearchActions {
  /** Begins again; given a device, continues with it. */
  readonly run: (wanted: WantedDevice | null) => void;
  /** Begins again with a device, and with the one-time code that its start takes. */
  readonly sendCode: (wanted: WantedDevice, code: string) => void;
  /** Begins again, and lets the user choose. */
  readonly chooseAgain: () => void;
  readonly reload: (wanted: WantedDevice | null) => void;
}

/** What panes by which a device is reached need besides what they show. */
export interface SearchView {
  readonly text: Text;
  readonly search: SearchText;
  readonly selection: Selection;
  /** The device that is selected and can be taken. */
  readonly selected: JudgedDevice | undefined;
  /** Whether the extension's window could not be brought to the front. */
  readonly isWindowLost: boolean;
  readonly support: Support;
  readonly actions: SearchActions;
}

/** What the wizard's panes need besides what they show. */
export interface PaneView extends SearchView {
  readonly words: OperationText;
  readonly actions: PaneActions;
  /** Whether the page has put a form into the slot `proof`, by which its user proves who they are. */
  readonly hasProofForm: boolean;
}

/** What a window of the extension is for that waits for the user. */
export type WindowName = 'allow' | 'erase' | 'pin' | 'passkey';

/**
 * Everything about one pane: what it shows and says, and where it leads. One file has one pane, and `panes.ts` has them all.
 *
 * @param P what the pane shows
 * @param V what it needs besides
 */
export interface PaneDefinition<P extends { readonly name: string }, V extends SearchView = PaneView> {
  /** The step to which it belongs. */
  readonly step: Step | ((pane: P) => Step);
  /** Panes of one key are the same to the user, so that the focus stays; the pane's name by default. */
  readonly key?: (pane: P) => string;
  /** What it shows; it begins with a heading. */
  readonly content: (pane: P, view: V) => TemplateResult;
  /** Its buttons, the way on that is meant being `primary`; by default Cancel, and Show window where one waits. */
  readonly buttons?: (pane: P, view: V) => readonly TemplateResult[];
  /** Where the focus goes when it appears; to its heading by default. */
  readonly focus?: PaneFocus;
  /** What a screen reader says while the focus stays where it is. */
  readonly announcement?: (pane: P, view: V) => string;
  /** The window of the extension that waits for the user; null where none does. */
  readonly window?: (pane: P) => WindowName | null;
  /** Whether the user can have it look again. */
  readonly canRefresh?: boolean;
}
