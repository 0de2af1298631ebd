import { customElement } from 'lit/decorators.js';
import { OperationWizard } from './operation-wizard.js';
import type { WizardDefinition } from './operations/definition.js';
import { issueWizard } from './operations/issue.js';

/**
 * The wizard that issues a device, in the steps Check, Check Device, Issue Device and Change PIN. The wizard fires `cardwright-issued` once
 * the device is active. The wizard does not fire the event if the device's PIN is missing, or while the device awaits an approval.
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
