import { customElement, property } from 'lit/decorators.js';
import { OperationWizard } from './operation-wizard.js';
import type { WizardDefinition } from './operations/definition.js';
import { wizardFor } from './operations/wizards.js';

/**
 * The wizard that runs whatever operation the CMS offers, also one of its own. Fires `cardwright-done`, or the event of an operation
 * that has an element of its own.
 *
 * @example
 * <cardwright-operation kind="renew" heading="Renew certificates"></cardwright-operation>
 * document.querySelector('cardwright-operation').open();
 */
@customElement('cardwright-operation')
export class Operation extends OperationWizard {
  /** Its title, where the CMS alone knows the operation. */
  @property() accessor heading = '';

  /** @throws Error without a `kind` */
  protected override get definition(): WizardDefinition {
    if (this.kind === null) throw new Error('<cardwright-operation> needs the kind of its operation');
    return wizardFor(this.kind, this.heading);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-operation': Operation;
  }
}
