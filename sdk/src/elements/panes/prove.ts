import { CardwrightError } from '@cardwright/protocol';
import { html, nothing } from 'lit';
import { secondary } from '../footer-buttons.js';
import type { PaneDefinition } from '../pane-definition.js';
import { title } from '../pane-parts.js';
import type { WantedDevice } from '../wanted-device.js';
import { waysOn } from '../ways-on.js';

/**
 * Asks for the new proof of identity that the CMS demands. The page's form in the slot `proof` takes the proof, and the wizard continues once
 * the page reports success (`proved`). Without such a form, the user signs in again.
 */
export interface ProvePane {
  readonly name: 'prove';
  /** The device with which the wizard continues after the proof. */
  readonly wanted: WantedDevice | null;
  /** Set if the user has just given a proof that the CMS did not accept. */
  readonly isAgain: boolean;
}

const LOGIN_REQUIRED = new CardwrightError('LOGIN_REQUIRED', { fresh: true });

export const provePane: PaneDefinition<ProvePane> = {
  step: 'run',
  focus: 'proof',
  content: ({ isAgain }, { text, hasProofForm }) =>
    html`${title(text.proveTitle, hasProofForm ? text.proveHint : text.proveBySigningIn)}
      ${isAgain && hasProofForm ? html`<p class="notice">${text.proveOtherwise}</p>` : nothing}
      <div class="proof"><slot name="proof"></slot></div>`,
  // The page's form has its own button for the next action.
  buttons: ({ wanted }, { text, actions, hasProofForm }) =>
    hasProofForm
      ? [secondary('cancel', text.cancel, actions.cancel)]
      : waysOn(text, { error: LOGIN_REQUIRED, wanted }, actions),
  announcement: ({ isAgain }, { text, hasProofForm }) =>
    [
      text.proveTitle,
      hasProofForm ? text.proveHint : text.proveBySigningIn,
      ...(isAgain && hasProofForm ? [text.proveOtherwise] : []),
    ].join('. '),
};
