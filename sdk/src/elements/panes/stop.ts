import { html } from 'lit';
import { primary, secondary } from '../footer-buttons.js';
import { warningIcon } from '../icons.js';
import type { PaneDefinition } from '../pane-definition.js';
import { title } from '../pane-parts.js';
import type { WizardStep } from '../steps.js';

/** Asks whether to stop an operation, because stopping may leave the device unusable. The operation continues meanwhile. */
export interface StopPane {
  readonly name: 'stop';
  /** The step at which the operation is running. */
  readonly step: WizardStep;
  readonly stop: () => void;
  readonly keepGoing: () => void;
}

export const stopPane: PaneDefinition<StopPane> = {
  step: ({ step }) => step,
  focus: 'way-on',
  content: ({ step }, { words }) =>
    html`<div class="centred" role="alert">
      <span class="badge warn">${warningIcon}</span>
      ${title(words.stopTitle, step === 'pin' ? (words.stopAtPinHint ?? words.stopHint) : words.stopHint)}
    </div>`,
  // The primary button continues, so that Enter does not stop the operation.
  buttons: ({ stop, keepGoing }, { text, words }) => [
    secondary('stop', words.stop, stop),
    primary('keep-going', text.keepGoing, keepGoing),
  ],
};
