import { customElement } from 'lit/decorators.js';
import { OperationWizard } from './operation-wizard.js';
import type { WizardDefinition } from './operations/definition.js';
import { unlockWizard } from './operations/unlock.js';

/**
 * The wizard with which the owner of a device gets a new PIN, because the old PIN is blocked or forgotten. When the user has the new PIN,
 * the wizard fires `cardwright-unlocked`. While this element is in the page, the other wizards lead to it when a PIN is blocked or has only
 * its last try left.
 *
 * @example
 * <cardwright-unlock endpoint="/api"></cardwright-unlock>
 * document.querySelector('cardwright-unlock')?.open();
 */
@customElement('cardwright-unlock')
export class Unlock extends OperationWizard {
  protected override get definition(): WizardDefinition {
    return unlockWizard;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-unlock': Unlock;
  }
}
