import { customElement } from 'lit/decorators.js';
import { OperationWizard } from './operation-wizard.js';
import type { WizardDefinition } from './operations/definition.js';
import { eraseWizard } from './operations/erase.js';

/**
 * The wizard with which the owner of a device gives the device back. The device is erased, then the wizard fires `cardwright-erased`. While
 * this element is in the page, the other wizards lead to it when a device's PUK can no longer be used.
 *
 * @example
 * <cardwright-erase endpoint="/api"></cardwright-erase>
 * document.querySelector('cardwright-erase')?.open();
 */
@customElement('cardwright-erase')
export class Erase extends OperationWizard {
  protected override get definition(): WizardDefinition {
    return eraseWizard;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-erase': Erase;
  }
}
