import { customElement } from 'lit/decorators.js';
import { OperationWizard } from './operation-wizard.js';
import type { WizardDefinition } from './operations/definition.js';
import { changePinWizard } from './operations/change-pin.js';

/**
 * The wizard with which the owner of a device changes the device's PIN. The wizard fires `cardwright-pin-changed` when the PIN is changed.
 *
 * @example
 * <cardwright-change-pin endpoint="/api"></cardwright-change-pin>
 * document.querySelector('cardwright-change-pin')?.open();
 */
@customElement('cardwright-change-pin')
export class ChangePin extends OperationWizard {
  protected override get definition(): WizardDefinition {
    return changePinWizard;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-change-pin': ChangePin;
  }
}
