import { customElement, property } from 'lit/decorators.js';
import { OperationWizard } from './operation-wizard.js';
import type { WizardDefinition } from './operations/definition.js';
import { wizardFor } from './operations/wizards.js';

/**
 * The wizard that runs any operation that the CMS offers, including its own ones. Fires `cardwright-done`, or the event of an
 * operation that has its own element.
 *
 * @example
 * <cardwright-operation kind="renew" heading="Renew certificates"></cardwright-operation>
 * document.querySelector('cardwright-operation')?.open();
 */
@customElement('cardwright-operation')
export class OperationElement extends OperationWizard {
  /** Its title, if only the CMS knows the operation. */
  @property() accessor heading = '';

  /** @throws Error without a `kind` */
  protected override get definition(): WizardDefinition {
    if (this.kind === null) throw new Error('<cardwright-operation> needs the kind of its operation');
    return wizardFor(this.kind, this.heading);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-operation': OperationElement;
  }
}
