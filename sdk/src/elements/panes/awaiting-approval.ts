import { html } from 'lit';
import { primary } from '../footer-buttons.js';
import { clockIcon } from '../icons.js';
import type { PaneDefinition } from '../pane-definition.js';
import { title } from '../pane-parts.js';

/**
 * Shows that the device is issued and its PIN is set, but that an operator has to approve it, for example because no vendor vouches for its
 * keys.
 */
export interface AwaitingApprovalPane {
  readonly name: 'awaiting-approval';
}

export const awaitingApprovalPane: PaneDefinition<AwaitingApprovalPane> = {
  step: 'pin',
  content: (_pane, { text }) =>
    html`<div class="centred">
      <span class="badge warn">${clockIcon}</span>${title(text.approvalTitle, text.approvalHint)}
    </div>`,
  buttons: (_pane, { text, actions }) => [primary('cancel', text.close, actions.cancel)],
};
