import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { call, type ModelPolicy, type Policies, type PoliciesRead } from '../api.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { may } from '../rights.js';
import type { PolicyForm } from './policy-form.js';
import './policy-form.js';
import './policy-proposals.js';
import { newSecurityKeyPolicy, SECURITY_KEY } from './security-key-policy.js';
import { operatorText } from '../operator-text.js';

/** The device policies, one form for each model, below the proposals that wait for a decision. */
@customElement('portal-policy-list')
export class PolicyList extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    problemStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-5);
      }

      .add {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
      }
    `,
  ];

  @state() private accessor stored: Policies | null = null;
  /** The policy with which the form for new security keys begins; null until the operator adds it. */
  @state() private accessor added: ModelPolicy | null = null;
  readonly #problem = new PageProblem(this);

  /** True if one of the forms has entries that the server does not have. */
  get hasUnsaved(): boolean {
    return [...this.renderRoot.querySelectorAll<PolicyForm>('portal-policy-form')].some((form) => form.hasUnsaved);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('beforeunload', this.#warn);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('beforeunload', this.#warn);
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.stored === null) return this.#problem.render();
    const { policies, passkeyServices, proposals } = this.stored;
    const hasKeys = policies.some(({ model }) => model === SECURITY_KEY);
    return html`<portal-policy-proposals
        .proposals=${proposals}
        @policies-read=${this.#onRead}
      ></portal-policy-proposals>
      ${policies.map(
        (stored) =>
          html`<portal-policy-form
            .stored=${stored}
            .services=${passkeyServices}
            @policies-read=${this.#onRead}
          ></portal-policy-form>`,
      )}
      ${hasKeys || passkeyServices.length === 0 || !may('change-policies') ? nothing : this.#securityKeys(this.stored)}`;
  }

  /** Renders a button that adds a policy for security keys. After the button was pressed, renders the form of the new policy instead. */
  #securityKeys({ passkeyServices }: Policies): TemplateResult {
    if (this.added === null)
      return html`<div class="add">
        <button type="button" id="add-security-keys" @click=${this.#add}>
          ${operatorText.policies.addSecurityKeys}
        </button>
        <p class="muted">${operatorText.policies.forSecurityKeys}</p>
      </div>`;
    return html`<portal-policy-form
      .stored=${this.added}
      .services=${passkeyServices}
      @policies-read=${this.#onRead}
      unsaved
    ></portal-policy-form>`;
  }

  /** Has the browser ask before it leaves the page with unsaved entries. */
  readonly #warn = (event: BeforeUnloadEvent): void => {
    if (this.hasUnsaved) event.preventDefault();
  };

  readonly #add = async (): Promise<void> => {
    const policy = newSecurityKeyPolicy(this.stored?.passkeyServices ?? []);
    this.added = { model: SECURITY_KEY, policy, updatedAt: '', updatedBy: '' };
    await this.updateComplete;
    const form = this.renderRoot.querySelector<PolicyForm>('portal-policy-form[unsaved]');
    await form?.updateComplete;
    form?.renderRoot.querySelector<HTMLElement>('input')?.focus();
  };

  /** Shows policies that another element has read. Entries in the forms stay. */
  readonly #onRead = ({ detail }: PoliciesRead): void => {
    this.stored = detail;
  };

  async #load(): Promise<void> {
    this.stored = await call('GET /api/operator/policy');
  }
}
