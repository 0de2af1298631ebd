import { CardwrightError } from '@cardwright/protocol';
import { html, nothing } from 'lit';
import { secondary } from '../footer-buttons.js';
import type { PaneDefinition } from '../pane-definition.js';
import { title } from '../pane-parts.js';
import type { WantedDevice } from '../wanted-device.js';
import { waysOn } from '../ways-on.js';

/** The CMS wants its user to prove again who they are, by a form of the page; it continues once the page says so. */
export interface ProvePane {
  readonly name: 'prove';
  /** The device with which it continues. */
  readonly wanted: WantedDevice | null;
  /** Whether the user has proved it just now, and the CMS did not take that. */
  readonly isAgain: boolean;
}

const LOGIN_REQUIRED = new CardwrightError('LOGIN_REQUIRED', { fresh: true });

export const provePane: PaneDefinition<ProvePane> = {
  step: 'run',
  focus: 'proof',
  content: ({ isAgain }, { text, hasProofForm }) =>
    html`${title(text.proveTitle, hasProofForm ? text.proveHint : text.proveByLogin)}
      ${isAgain && hasProofForm ? html`<p class="notice">${text.proveOtherwise}</p>` : nothing}
      <div class="proof"><slot name="proof"></slot></div>`,
  // The form has a button of its own that leads on.
  buttons: ({ wanted }, { text, actions, hasProofForm }) =>
    hasProofForm
      ? [secondary('cancel', text.cancel, actions.cancel)]
      : waysOn(text, { error: LOGIN_REQUIRED, wanted }, actions),
  announcement: ({ isAgain }, { text, hasProofForm }) =>
    [
      text.proveTitle,
      hasProofForm ? text.proveHint : text.proveByLogin,
      ...(isAgain && hasProofForm ? [text.proveOtherwise] : []),
    ].join('. '),
};
