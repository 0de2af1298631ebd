import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { User } from '../api.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import '../shell.js';
import { requireLogin } from '../shell.js';
import './audit-log.js';
import './device-table.js';
import './policy-list.js';

const TABS = {
  devices: { label: 'Devices', content: () => html`<portal-device-table></portal-device-table>` },
  policy: { label: 'Device policy', content: () => html`<portal-policy-list></portal-policy-list>` },
  audit: { label: 'Audit log', content: () => html`<portal-audit-log></portal-audit-log>` },
} as const;
type Tab = keyof typeof TABS;
const NAMES: readonly Tab[] = ['devices', 'policy', 'audit'];

/** The operator's page: all devices, the policy for each model, and the audit log. */
@customElement('portal-operator')
export class OperatorPage extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    problemStyles,
    css`
      h1 {
        margin-bottom: var(--space-4);
        font-size: 1.6rem;
      }

      [role='tablist'] {
        display: flex;
        gap: var(--space-1);
        margin-bottom: var(--space-5);
        border-bottom: 1px solid var(--line);
        overflow-x: auto;
      }

      [role='tab'] {
        border: 0;
        border-bottom: 3px solid transparent;
        border-radius: 0;
        background: transparent;
        white-space: nowrap;
      }

      [role='tab'][aria-selected='true'] {
        border-bottom-color: var(--accent);
        color: var(--accent);
      }
    `,
  ];

  @state() private accessor user: User | null = null;
  @state() private accessor tab: Tab = 'devices';
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.user === null) return this.#problem.renderAlone('Operator');
    return html`<portal-shell .user=${this.user}>
      <h1>Operator</h1>
      <div role="tablist" aria-label="Operator" @keydown=${this.#onKey}>${NAMES.map((name) => this.#tab(name))}</div>
      <div role="tabpanel" id="panel" aria-labelledby="tab-${this.tab}">${TABS[this.tab].content()}</div>
    </portal-shell>`;
  }

  #tab(name: Tab): TemplateResult {
    const isSelected = name === this.tab;
    return html`<button
      type="button"
      role="tab"
      id="tab-${name}"
      aria-selected=${isSelected}
      aria-controls="panel"
      tabindex=${isSelected ? 0 : -1}
      @click=${() => {
        this.tab = name;
      }}
    >
      ${TABS[name].label}
    </button>`;
  }

  /** Arrow keys move between tabs, as in the WAI-ARIA pattern for tabs. */
  readonly #onKey = async ({ key }: KeyboardEvent): Promise<void> => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (move === undefined) return;
    this.tab = NAMES.at((NAMES.indexOf(this.tab) + move) % NAMES.length) ?? 'devices';
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>(`#tab-${this.tab}`)?.focus();
  };

  async #load(): Promise<void> {
    const { user } = await requireLogin();
    if (user !== null && user.role !== 'operator') location.assign('/my-devices');
    else this.user = user;
  }
}
