import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { User } from '../api.js';
import type { PageContent } from '../operator-page.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { may } from '../rights.js';
import '../shell.js';
import { requireLogin } from '../shell.js';
import { text } from '../text.js';
import './confirm-dialog.js';
import { OPERATOR_PAGES } from './operator-pages.js';
import { operatorText } from '../operator-text.js';

type Page = (typeof OPERATOR_PAGES)[number];

/** The frame of the operator's pages, with a tab for each page. */
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
  /** The pages that this person may see. */
  @state() private accessor pages: readonly Page[] = [];
  @state() private accessor page: Page = OPERATOR_PAGES[0];
  #content: PageContent | null = null;
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.user === null) return this.#problem.renderAlone(text.operator);
    return html`<portal-shell .user=${this.user}>
      <h1>${text.operator}</h1>
      <div role="tablist" aria-label=${text.operator} @keydown=${this.#onKey}>
        ${this.pages.map((page) => this.#tab(page))}
      </div>
      <div role="tabpanel" id="panel" aria-labelledby="tab-${this.page.name}">${this.#content}</div>
      <portal-confirm-dialog></portal-confirm-dialog>
    </portal-shell>`;
  }

  /** Brings the chosen tab into view: in a narrow window the row of tabs is wider than the page. */
  protected override updated(changed: PropertyValues): void {
    if (changed.has('page') || changed.has('user'))
      this.#chosenTab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  get #chosenTab(): HTMLElement | null {
    return this.renderRoot.querySelector(`#tab-${this.page.name}`);
  }

  #tab(page: Page): TemplateResult {
    const isSelected = page === this.page;
    return html`<button
      type="button"
      role="tab"
      id="tab-${page.name}"
      aria-selected=${isSelected}
      aria-controls="panel"
      tabindex=${isSelected ? 0 : -1}
      @click=${() => void this.#show(page)}
    >
      ${operatorText.tabs[page.name]}
    </button>`;
  }

  /** Shows a page. If the present one has unsaved entries, asks first, and returns false if the operator stays. */
  async #show(page: Page): Promise<boolean> {
    if (this.page === page && this.#content !== null) return true;
    if (this.#content?.hasUnsaved === true && !(await this.#mayDiscard())) return false;
    this.#content = new page.element();
    this.page = page;
    return true;
  }

  async #mayDiscard(): Promise<boolean> {
    const { question, consequence, discard, stay } = operatorText.policies.unsaved;
    const dialog = this.renderRoot.querySelector('portal-confirm-dialog');
    return (await dialog?.ask({ title: question, text: [consequence], agree: discard, refuse: stay })) === true;
  }

  /** Moves between tabs with the arrow keys, as in the WAI-ARIA pattern for tabs. */
  readonly #onKey = async ({ key }: KeyboardEvent): Promise<void> => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (move === undefined) return;
    const next = (this.pages.indexOf(this.page) + move) % this.pages.length;
    if (!(await this.#show(this.pages.at(next) ?? this.page))) return;
    await this.updateComplete;
    this.#chosenTab?.focus();
  };

  async #load(): Promise<void> {
    const { user } = await requireLogin();
    this.pages = OPERATOR_PAGES.filter(({ right }) => may(right));
    const [first] = this.pages;
    if (first === undefined) {
      if (user !== null) location.assign('/my-devices');
      return;
    }
    await this.#show(first);
    this.user = user;
  }
}
