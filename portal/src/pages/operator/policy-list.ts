import { theme } from '@cardwright/sdk';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { readPolicies, type ModelPolicy } from '../api.js';
import './policy-form.js';

/** The device policies, one form for each model. */
@customElement('portal-policy-list')
export class PolicyList extends LitElement {
  static override readonly styles = [
    theme,
    css`
      :host {
        display: grid;
        gap: var(--space-5);
      }
    `,
  ];

  @state() private accessor policies: readonly ModelPolicy[] | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void readPolicies().then(({ policies }) => {
      this.policies = policies;
    });
  }

  protected override render(): TemplateResult[] | typeof nothing {
    return this.policies?.map((stored) => html`<portal-policy-form .stored=${stored}></portal-policy-form>`) ?? nothing;
  }
}
