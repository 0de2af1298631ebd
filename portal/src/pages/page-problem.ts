import { isCardwrightError, type CardwrightError } from '@cardwright/protocol';
import { chooseText } from '@cardwright/sdk/elements';
import { css, html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';
import { endedAddress } from './sign-in-address.js';
import { HELP, HELP_DESK } from './support.js';

export const problemStyles = css`
  cardwright-error-pane {
    display: block;
    max-width: 720px;
    margin: var(--space-4) auto;
  }
`;

/**
 * Keeps the last error of a page, from reading its content or from an action. Renders the error with its remedy, and with details for the help desk.
 */
export class PageProblem {
  #error: CardwrightError | null = null;

  constructor(private readonly host: ReactiveControllerHost) {}

  /**
   * Waits for work. If the work fails, shows its error. If the work succeeds, removes an earlier error. If the session has ended, opens the
   * sign-in page, which says so, instead of showing the error.
   *
   * @throws the error of the work if it is no CardwrightError
   */
  async during(work: Promise<void>): Promise<void> {
    try {
      await work;
      this.#show(null);
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      if (error.recovery === 'log-in') location.assign(endedAddress());
      else this.#show(error);
    }
  }

  /** Waits for a change, then reads the content again, even if the change failed. Shows what failed, as {@link during} does. */
  async duringChange(change: () => Promise<unknown>, read: () => Promise<void>): Promise<void> {
    const both = async (): Promise<void> => {
      try {
        await change();
      } finally {
        await read();
      }
    };
    await this.during(both());
  }

  render(): TemplateResult | typeof nothing {
    const error = this.#error;
    if (error === null) return nothing;
    return html`<cardwright-error-pane .error=${error} .where=${location.pathname} .help=${HELP} .helpDesk=${HELP_DESK}
      >${wayOn(error)}</cardwright-error-pane
    >`;
  }

  /** Renders the error for a page that does not know its user yet. */
  renderAlone(title: string): TemplateResult | typeof nothing {
    return this.#error === null
      ? nothing
      : html`<main>
          <h1 class="visually-hidden">${title}</h1>
          ${this.render()}
        </main>`;
  }

  #show(error: CardwrightError | null): void {
    if (this.#error === error) return;
    this.#error = error;
    this.host.requestUpdate();
  }
}

/**
 * Returns a button that reloads the page. Returns `nothing` if reloading does not help with the error. A page loads all its content at once, so
 * trying again also means reloading.
 */
function wayOn({ recovery }: CardwrightError): TemplateResult | typeof nothing {
  const text = chooseText();
  const isRetry = recovery === 'try-again' || recovery === 'update';
  if (!isRetry && recovery !== 'reload') return nothing;
  return html`<button type="button" class="primary" id="retry" @click=${() => location.reload()}>
    ${isRetry ? text.retry : text.reload}
  </button>`;
}
