import type { CardwrightError } from '@cardwright/protocol';
import { html } from 'lit';
import { primary, secondary } from '../footer-buttons.js';
import { warningIcon } from '../icons.js';
import type { PaneDefinition } from '../pane-definition.js';
import { title } from '../pane-parts.js';
import { describe } from '../text.js';
import type { WantedDevice } from '../wanted-device.js';

/** Shows that the user did not set the device's PIN. `canRetry` is set if the CMS still lets the user set the PIN, now or later. */
export interface PendingPane {
  readonly name: 'pending';
  readonly wanted: WantedDevice;
  /** The reason why the PIN was not set. */
  readonly error: CardwrightError;
  readonly canRetry: boolean;
}

export const pendingPane: PaneDefinition<PendingPane> = {
  step: 'pin',
  content: ({ error, canRetry }, { text }) =>
    html`<div class="centred">
      <span class="badge warn">${warningIcon}</span>
      ${title(text.pendingTitle, `${describe(text, error).message} ${text.pendingHint}`)}
      <p class="hint muted">${canRetry ? text.pendingRetry : text.pendingAsk}</p>
    </div>`,
  buttons: ({ canRetry, wanted }, { text, actions }) =>
    canRetry
      ? [secondary('cancel', text.close, actions.cancel), primary('retry', text.setPin, () => actions.run(wanted))]
      : [primary('cancel', text.close, actions.cancel)],
};
