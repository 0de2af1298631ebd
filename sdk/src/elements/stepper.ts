import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { checkIcon } from './icons.js';
import { theme } from './theme.js';

/**
 * Shows the user's position in a sequence of steps. If the names do not fit side by side, as on a narrow screen or with large text,
 * only the current step is named.
 */
@customElement('cardwright-stepper')
export class Stepper extends LitElement {
  static override readonly styles = [
    theme,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }

      ol {
        display: flex;
        gap: var(--space-2);
        list-style: none;
        font-size: 0.875rem;
      }

      li {
        flex: 1;
        min-width: 0;
        padding-top: var(--space-2);
        border-top: 3px solid var(--line);
        color: var(--text-muted);
        transition: border-color 200ms ease;
      }

      li.done,
      li.current {
        border-top-color: var(--accent);
      }

      li.current {
        color: var(--text);
        font-weight: 600;
      }

      span.label {
        display: flex;
        align-items: center;
        gap: var(--space-1);
      }

      li svg {
        width: 16px;
        height: 16px;
        flex: none;
        color: var(--accent);
      }

      .position {
        display: none;
      }

      @container (max-width: 30rem) {
        ol {
          padding-bottom: 1.75em;
          position: relative;
        }

        li .label {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }

        li.current .label {
          width: auto;
          height: auto;
          clip-path: none;
          left: 0;
          bottom: 0;
        }

        .position {
          display: block;
          position: absolute;
          right: 0;
          bottom: 0;
          font-weight: 400;
          color: var(--text-muted);
        }
      }
    `,
  ];

  @property({ attribute: false }) accessor labels: readonly string[] = [];
  /** Index of the current step. */
  @property({ type: Number }) accessor current = 0;
  /** Text that screen readers announce after the label of a finished step. */
  @property() accessor done = '';
  /** Text shown beside the name of the current step, if only this step is named. */
  @property() accessor position = '';

  protected override render(): TemplateResult {
    return html`<ol>
      ${this.labels.map((label, index) => this.#step(label, index))}
    </ol>`;
  }

  #step(label: string, index: number): TemplateResult {
    const isDone = index < this.current;
    const isCurrent = index === this.current;
    return html`<li class=${isDone ? 'done' : isCurrent ? 'current' : ''} aria-current=${isCurrent ? 'step' : nothing}>
      <span class="label"
        >${isDone ? checkIcon : nothing}${label}${isDone ? html`<span class="visually-hidden">, ${this.done}</span>` : nothing}</span
      >
      ${isCurrent ? html`<span class="position" aria-hidden="true">${this.position}</span>` : nothing}
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-stepper': Stepper;
  }
}
