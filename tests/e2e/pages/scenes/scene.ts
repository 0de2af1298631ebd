import type { Page } from 'puppeteer-core';
import type { Pane } from '../../../../sdk/src/elements/panes.js';
import type { ScriptedCms } from '../../../support/scripted-cms.js';
import type { Script } from '../../../support/wizard-page/scripted-extension.js';
import type { DialogName } from '../../../support/wizard-stage.js';

/** Every pane of the sdk's registry. */
export type PaneName = Pane['name'];

/** How a pane comes about, to be looked at. */
export interface Scene {
  /** Default: the wizard that issues devices. */
  readonly dialog?: DialogName;
  readonly script?: Partial<Script>;
  readonly cms?: (cms: ScriptedCms) => void;
  /** Whether the page has a form by which its user proves who they are. */
  readonly hasProofForm?: boolean;
  /** Waited for before `act`. */
  readonly awaits: string;
  /** Leads on to the pane, where waiting is not enough. */
  readonly act?: (page: Page, cms: ScriptedCms) => Promise<void>;
}

/** A scene, with the name of its photographs. */
type NamedScene = Scene & { readonly name: string };

/** The scenes of one pane, of which it has one at least. */
export type Scenes = readonly [NamedScene, ...NamedScene[]];

/** Is there as soon as the wizard shows an error. */
export const ERROR = '>>> cardwright-error-pane';

/** Is there as soon as everything is done. */
export const DONE = '>>> cardwright-dialog[data-pane=ready] #done';
