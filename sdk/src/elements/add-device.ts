import { customElement } from 'lit/decorators.js';
import { OperationWizard } from './operation-wizard.js';
import type { WizardDefinition } from './operations/definition.js';
import { issueWizard } from './operations/issue.js';

/**
 * The wizard that issues a device: Check, Check Device, Issue Device, Change PIN. Fires `cardwright-issued` when the device is active,
 * not while it awaits an approval.
 *
 * @example
 * <cardwright-add-device endpoint="/api"></cardwright-add-device>
 * document.querySelector('cardwright-add-device')?.open();
 */
@customElement('cardwright-add-device')
export class AddDevice extends OperationWizard {
  protected override get definition(): WizardDefinition {
    return issueWizard;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-add-device': AddDevice;
  }
}
