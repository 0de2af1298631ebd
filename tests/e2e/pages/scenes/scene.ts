import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { Pane } from '../../../../sdk/src/elements/panes.js';
import type { ScriptedCms } from '../../../support/scripted-cms.js';
import type { Waiting } from '../../../support/wait-for.js';
import type { DialogName } from '../../../support/wizard-page/pages.js';
import type { Script } from '../../../support/wizard-page/scripted-extension.js';

/** Every pane of the sdk's registry. */
export type PaneName = Pane['name'];

/** The methods of a page that a scene uses. A driver has the page in the look tests, and the user's own browser in the gallery. */
export interface ScenePage extends Waiting {
  readonly keyboard: {
    type(text: string): Promise<void>;
    press(key: 'Enter' | 'Escape'): Promise<void>;
  };
  locator(selector: string): {
    click(): Promise<void>;
    fill(value: string): Promise<void>;
  };
  /** Runs a function in the page. It knows nothing but its argument, because a driver sends its text. */
  evaluate(run: () => void): Promise<void>;
  evaluate(run: (devices: DeviceInfo[]) => void, devices: DeviceInfo[]): Promise<void>;
}

/** The way to a pane, so that it can be looked at. */
export interface Scene {
  /** Default: the wizard that issues devices. */
  readonly dialog?: DialogName;
  readonly script?: Partial<Script>;
  readonly cms?: (cms: ScriptedCms) => void;
  /** Set if the page has a form in which its user proves their identity. */
  readonly hasProofForm?: boolean;
  /** Awaited before `act`. */
  readonly awaits: string;
  /** Advances to the pane, if waiting is not enough. */
  readonly act?: (page: ScenePage, cms: ScriptedCms) => Promise<void>;
}

/** A scene, with its name in the gallery and in photographs. */
export type NamedScene = Scene & { readonly name: string };

/** The scenes of one pane, which has at least one. */
export type Scenes = readonly [NamedScene, ...NamedScene[]];

/** Present as soon as the wizard shows an error. */
export const ERROR = '>>> cardwright-error-pane';

/** Present as soon as everything is done. */
export const DONE = '>>> cardwright-dialog[data-pane=ready] #done';
