import { customElement, property } from 'lit/decorators.js';
import { OperationWizard } from './operation-wizard.js';
import type { WizardDefinition } from './operations/definition.js';
import { wizardFor } from './operations/wizards.js';

/**
 * The wizard that runs any operation that the CMS offers, also an operation that the sdk does not know. The wizard fires `cardwright-done`.
 * If the sdk has an element for this `kind` of operation, this wizard behaves like that element: it fires the element's event instead of
 * `cardwright-done`, and other wizards lead to it.
 *
 * @example
 * <cardwright-operation kind="stamp" heading="Stamp it" doneheading="Stamped"></cardwright-operation>
 * document.querySelector('cardwright-operation')?.open();
 */
@customElement('cardwright-operation')
export class OperationElement extends OperationWizard {
  /** Title of the wizard, for an operation that only the CMS knows. If this is empty, the wizard has a general title. */
  @property() accessor heading = '';
  /** Title when an operation is done that only the CMS knows. If this is empty, the wizard has a general title. */
  @property() accessor doneHeading = '';

  override runs(kind: string): boolean {
    return this.kind === kind;
  }

  /**
   * Returns the definition for the element's `kind`.
   *
   * @throws Error if the element has no `kind`
   */
  protected override get definition(): WizardDefinition {
    if (this.kind === null) throw new Error('<cardwright-operation> needs the kind of its operation');
    return wizardFor(this.kind, this.heading, this.doneHeading);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-operation': OperationElement;
  }
}
