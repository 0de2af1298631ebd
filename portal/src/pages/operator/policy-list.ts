import { theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { readPolicies, type ModelPolicy } from '../api.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import './policy-form.js';

/** The device policies, one form for each model. */
@customElement('portal-policy-list')
export class PolicyList extends LitElement {
  static override readonly styles = [
    theme,
    problemStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-5);
      }
    `,
  ];

  @state() private accessor policies: readonly ModelPolicy[] | null = null;
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult | TemplateResult[] | typeof nothing {
    if (this.policies === null) return this.#problem.render();
    return this.policies.map((stored) => html`<portal-policy-form .stored=${stored}></portal-policy-form>`);
  }

  async #load(): Promise<void> {
    this.policies = (await readPolicies()).policies;
  }
}
