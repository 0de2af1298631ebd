import { customElement, property } from 'lit/decorators.js';
import { OperationWizard } from './operation-wizard.js';
import type { WizardDefinition } from './operations/definition.js';
import { wizardFor } from './operations/wizards.js';

/**
 * The wizard that runs any operation that the CMS offers, including its own ones. Fires `cardwright-done`. For the kind of an operation
 * that has an element of its own it does the same as that one: it fires its event, and the other wizards lead to it.
 *
 * @example
 * <cardwright-operation kind="renew" heading="Renew certificates"></cardwright-operation>
 * document.querySelector('cardwright-operation')?.open();
 */
@customElement('cardwright-operation')
export class OperationElement extends OperationWizard {
  /** Its title, if only the CMS knows the operation. */
  @property() accessor heading = '';

  override runs(kind: string): boolean {
    return this.kind === kind;
  }

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
