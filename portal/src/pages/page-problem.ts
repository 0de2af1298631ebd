import { isCardwrightError, type CardwrightError } from '@cardwright/protocol';
import '@cardwright/sdk/elements';
import { css, html, nothing, type ReactiveControllerHost, type TemplateResult } from 'lit';

export const problemStyles = css`
  cardwright-error-pane {
    display: block;
    max-width: 720px;
    margin: var(--space-4) auto;
  }
`;

/** What a page shows when it could not read something: the error, what to do, and details for the help desk. */
export class PageProblem {
  #error: CardwrightError | null = null;

  constructor(private readonly host: ReactiveControllerHost) {}

  /** Watches a piece of work. Where the session has ended, the browser opens the login page. */
  async during(work: Promise<void>): Promise<void> {
    try {
      await work;
      this.#show(null);
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      if (error.code === 'LOGIN_REQUIRED') location.assign('/login');
      else this.#show(error);
    }
  }

  render(): TemplateResult | typeof nothing {
    if (this.#error === null) return nothing;
    return html`<cardwright-error-pane .error=${this.#error} .where=${location.pathname}></cardwright-error-pane>`;
  }

  /** For a page that does not know its user yet. */
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
