import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { call, type Policies, type PoliciesRead, type Proposal } from '../api.js';
import { formatTime } from '../dates.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { may } from '../rights.js';
import './proof-dialog.js';
import type { ProofDialog, ProofQuestion } from './proof-dialog.js';
import { trustChangeList, trustChangeStyles } from './trust-change-list.js';
import { modelNameOf } from '../text.js';
import { operatorText } from '../operator-text.js';

const { trust } = operatorText.policies;

/**
 * The proposed policies that widen trust and wait for the decision of another operator. After a decision, the element dispatches `policies-read` with
 * the current policies.
 */
@customElement('portal-policy-proposals')
export class PolicyProposals extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    problemStyles,
    trustChangeStyles,
    css`
      section {
        display: grid;
        gap: var(--space-4);
      }

      h2 {
        font-size: 1.125rem;
      }

      h3 {
        font-size: 1rem;
      }

      article {
        display: grid;
        gap: var(--space-3);
        padding: var(--space-5);
        border: 1px solid var(--warn);
        border-radius: calc(var(--radius) + 4px);
        background: var(--surface);
      }

      footer {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) accessor proposals: readonly Proposal[] = [];
  @query('portal-proof-dialog') private accessor proofDialog: ProofDialog | null = null;
  @query('#heading') private accessor heading: HTMLElement | null = null;
  readonly #problem = new PageProblem(this);

  protected override render(): TemplateResult {
    return html`${this.#problem.render()}
      ${
        this.proposals.length === 0
          ? nothing
          : html`<section aria-labelledby="heading">
              <h2 id="heading" tabindex="-1">${trust.waiting}</h2>
              ${this.proposals.map((one) => this.#proposal(one))}
            </section>`
      } <portal-proof-dialog></portal-proof-dialog>`;
  }

  #proposal(one: Proposal): TemplateResult {
    const { id, model, proposedBy, proposedAt, changes, isOwn } = one;
    return html`<article aria-labelledby="model-${id}">
      <h3 id="model-${id}">${modelNameOf(one)} <span class="muted">${model}</span></h3>
      <p class="muted">
        ${isOwn ? trust.proposedByYou(formatTime(proposedAt)) : trust.proposedBy(proposedBy, formatTime(proposedAt))}
      </p>
      ${trustChangeList(changes)} ${waiting(one)} ${may('change-policies') ? this.#decisions(one) : nothing}
    </article>`;
  }

  #decisions(one: Proposal): TemplateResult {
    const { id, isOwn, through } = one;
    return html`<footer>
      ${
        isOwn || through.length > 0
          ? nothing
          : html`<button
              type="button"
              class="primary"
              data-action="confirm"
              aria-haspopup="dialog"
              @click=${() => void this.#decide(this.#confirm(one))}
            >
              ${trust.confirm}
            </button>`
      }
      <button type="button" data-action="withdraw" @click=${() => void this.#decide(withdraw(id))}>
        ${isOwn ? trust.withdraw : trust.refuse}
      </button>
    </footer>`;
  }

  async #confirm({ id, changes }: Proposal): Promise<Policies | null> {
    const question: ProofQuestion = {
      title: trust.question,
      why: html`${trustChangeList(changes)}
        <p>${trust.countsAtOnce}</p>`,
      answer: trust.confirm,
    };
    const confirm = () => call('POST /api/operator/policy/proposals/{id}/confirm', { parameters: { id }, body: {} });
    return (await this.proofDialog?.ask(question, confirm)) ?? null;
  }

  async #decide(deciding: Promise<Policies | null>): Promise<void> {
    await this.#problem.during(
      deciding.then((detail) => {
        if (detail === null) return;
        this.dispatchEvent(new CustomEvent('policies-read', { detail }) satisfies PoliciesRead);
      }),
    );
    await this.updateComplete;
    // The pressed button may be gone, and the focus with it.
    if (this.shadowRoot?.activeElement === null) this.heading?.focus();
  }
}

/** Says for whom a proposal waits, and why the reader cannot confirm it. */
const waiting = ({ isOwn, proposedBy, through, waitsFor }: Proposal): TemplateResult =>
  html`<p>${waitsFor.length === 0 ? trust.waitsForNobody : trust.waitsFor(waitsFor.join(', '))}</p>
    ${isOwn || through.length === 0 ? nothing : html`<p data-why>${trust.notIndependent(proposedBy, through.join(', '))}</p>`}`;

const withdraw = (id: string) =>
  call('POST /api/operator/policy/proposals/{id}/withdraw', { parameters: { id }, body: {} });

declare global {
  interface HTMLElementTagNameMap {
    'portal-policy-proposals': PolicyProposals;
  }
}
