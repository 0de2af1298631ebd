import type { Page } from 'puppeteer-core';
import type { Pane } from '../../../../sdk/src/elements/panes.js';
import type { ScriptedCms } from '../../../support/scripted-cms.js';
import type { Script } from '../../../support/wizard-page/scripted-extension.js';
import type { DialogName } from '../../../support/wizard-stage.js';

/** Every pane of the sdk's registry. */
export type PaneName = Pane['name'];

/** The way to a pane, so that it can be photographed. */
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
  readonly act?: (page: Page, cms: ScriptedCms) => Promise<void>;
}

/** A scene, with the name of its photographs. */
type NamedScene = Scene & { readonly name: string };

/** The scenes of one pane, which has at least one. */
export type Scenes = readonly [NamedScene, ...NamedScene[]];

/** Present as soon as the wizard shows an error. */
export const ERROR = '>>> cardwright-error-pane';

/** Present as soon as everything is done. */
export const DONE = '>>> cardwright-dialog[data-pane=ready] #done';
