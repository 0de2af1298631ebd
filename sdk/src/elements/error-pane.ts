import { isCardwrightError, type CardwrightError, type ErrorWords } from '@cardwright/protocol';
import { PRODUCT_VERSION } from '@cardwright/protocol/identity';
import { mergeHelpDesks, readHelpDesk, type HelpDesk } from '@cardwright/protocol/policy';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { mayHaveCapability } from '../extension-capabilities.js';
import { showTrace } from '../show-trace.js';
import { offerSupportBundle } from '../support-bundle.js';
import { helpDeskContact, helpDeskContactStyles } from './help-desk-contact.js';
import { copyIcon, warningIcon } from './icons.js';
import { entryOf, installerFor, type Support } from './support.js';
import { describe, reasonOf, triesLeftOf, versionsOf, type Text } from './text.js';
import { buttons, theme } from './theme.js';
import { WordedElement } from './worded-element.js';

/**
 * Explains an error and its remedy, names the help desk, and lets the user copy the details for the help desk. If only the help desk can
 * act, the button that copies the details is the primary button. The default slot takes further buttons of the page.
 *
 * @example
 * <cardwright-error-pane help="/help/troubleshooting"></cardwright-error-pane>
 * const pane = document.querySelector('cardwright-error-pane');
 * if (pane) pane.error = new CardwrightError('NO_READER');
 */
@customElement('cardwright-error-pane')
export class ErrorPane extends WordedElement {
  static override readonly styles = [
    theme,
    buttons,
    helpDeskContactStyles,
    css`
      section {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-3) var(--space-4);
        padding: var(--space-4);
        border: 1px solid color-mix(in srgb, var(--bad) 35%, var(--surface));
        border-radius: var(--radius);
        background: var(--bad-soft);
      }

      .sign {
        display: flex;
        color: var(--bad);
      }

      .sign svg {
        width: 1.75rem;
        height: 1.75rem;
      }

      h2 {
        font-size: 1.0625rem;
      }

      .code {
        margin-top: var(--space-1);
        font-size: 0.875rem;
        color: var(--bad);
        overflow-wrap: anywhere;
      }

      dl {
        display: grid;
        gap: var(--space-3);
        margin-top: var(--space-3);
      }

      dt {
        font-size: 0.875rem;
        font-weight: 600;
      }

      .actions {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        margin-top: var(--space-3);
      }

      @media (max-width: 420px) {
        section {
          grid-template-columns: minmax(0, 1fr);
          padding: var(--space-3);
        }
      }
    `,
  ];

  @property({ attribute: false }) accessor error: CardwrightError | null = null;
  /** The place where the error occurred, for example the step of the wizard. The place is part of the copied details. */
  @property() accessor where = '';
  /** A further sentence, shown after the remedy. */
  @property() accessor more = '';
  /**
   * Set if the extension may know more about the error. The pane then offers the support file and, if the extension has an inspector, the
   * inspector. If the error says that the extension cannot be reached, the pane offers neither.
   */
  @property({ attribute: false }) accessor hasSupportFile = true;
  /** Set if a button outside the pane is the next action, so that no button in the pane is primary. */
  @property({ attribute: false }) accessor isLedOn = false;
  /** Address of the troubleshooting page: https, or of the page's own origin; empty if there is no such page. */
  @property() accessor help = '';
  /**
   * The user's help desk, and the addresses of missing software. The administrator's settings, which the error carries, take precedence
   * (`mergeHelpDesks`).
   */
  @property({ attribute: false }) accessor helpDesk: HelpDesk = {};
  @state() private accessor isCopied = false;
  /**
   * The reason, in words for the user, why the extension did not open its inspector or its window for a support file; null if the extension
   * has not refused.
   */
  @state() private accessor refusal: string | null = null;

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('error')) return;
    this.isCopied = false;
    this.refusal = null;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { text, error } = this;
    if (error === null) return nothing;
    const { message, user } = describe(text, error);
    const reason = reasonOf(error);
    const isForUser = error.code === 'DEVICE_NOT_ELIGIBLE';
    const versions = versionsOf(error);
    const tries = error.recovery === 'try-again' ? triesLeftOf(error) : null;
    const isKnown = this.hasSupportFile && isExtensionThere(error);
    // The addresses come from outside the sdk, so they are checked here, before they become links.
    const support: Support = { help: this.help, helpDesk: mergeHelpDesks(readHelpDesk(this.helpDesk), error.helpDesk) };
    return html`<section role="alert">
      <div class="sign">${warningIcon}</div>
      <div>
        <h2>${message}</h2>
        <p class="code">${text.error(error.number, error.code)}</p>
        <dl>
          ${term(text.reason, versions ?? (isForUser ? reason : null))}
          <div>
            <dt>${text.whatToDo}</dt>
            <dd class="remedy">
              ${user} ${tries === null ? nothing : html`<strong>${text.triesLeft(tries)}</strong>`} ${this.more}
            </dd>
          </div>
          ${helpDeskContact(text, support.helpDesk)} ${isForUser ? nothing : term(text.technicalDetails, reason)}
        </dl>
        <div class="actions">
          <slot></slot>
          ${installLink(text, support, error)}
          <button
            type="button"
            id="copy"
            class=${error.recovery === 'ask-operator' && !this.isLedOn ? 'primary' : ''}
            @click=${this.#copy}
          >
            ${copyIcon}<span aria-live="polite">${this.isCopied ? text.copied : text.copyDetails}</span>
          </button>
          ${
            isKnown && mayHaveCapability('inspector')
              ? this.#opener('show-trace', text.showTrace, showTrace, text.openedJustNow.trace)
              : nothing
          }
          ${
            isKnown
              ? this.#opener('support-file', text.supportFile, offerSupportBundle, text.openedJustNow.supportFile)
              : nothing
          }
          ${link(entryOf(support, error), text.moreHelp, 'more-help')}
        </div>
        <p class="refusal" role="status">${this.refusal}</p>
      </div>
    </section>`;
  }

  /** Focuses the button that copies the details, which is the primary button if only the help desk can act. */
  override focus(options?: FocusOptions): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('#copy')?.focus(options));
  }

  readonly #copy = async (): Promise<void> => {
    if (this.error === null) return;
    await navigator.clipboard.writeText(JSON.stringify(detailsOf(this.error, this.where), null, 2));
    this.isCopied = true;
  };

  /**
   * Returns a button that lets the extension open one of its pages. The button calls `open` during the click, because the extension opens
   * pages only for a click.
   *
   * @param tooSoon text shown if the extension refuses to open the page again so soon (`RATE_LIMITED`)
   */
  #opener(id: string, label: string, open: () => Promise<void>, tooSoon: string): TemplateResult {
    const onClick = async (): Promise<void> => {
      this.refusal = null;
      try {
        await open();
      } catch (error) {
        if (!isCardwrightError(error)) throw error;
        this.refusal = isCardwrightError(error, 'RATE_LIMITED') ? tooSoon : whole(describe(this.text, error));
      }
    };
    return html`<button type="button" id=${id} @click=${onClick}>${label}</button>`;
  }
}

/** False if the error says that the extension cannot be reached, so that the extension cannot open its pages. True for all other errors. */
const isExtensionThere = ({ code, install }: CardwrightError): boolean =>
  install !== 'extension' && !code.startsWith('EXTENSION_') && code !== 'INSECURE_CONTEXT';

const term = (name: string, content: string | null): TemplateResult | typeof nothing =>
  content === null
    ? nothing
    : html`<div>
        <dt>${name}</dt>
        <dd>${content}</dd>
      </div>`;

/** Returns what happened and what to do, in one text. */
const whole = ({ message, user }: ErrorWords): string => `${message} ${user}`;

/** Renders a link that opens in a new tab, so that the wizard's page stays open. Renders nothing if there is no address. */
const link = (href: string | null | undefined, label: string, id: string): TemplateResult | typeof nothing =>
  href ? html`<a id=${id} href=${href} target="_blank" rel="noopener">${label}</a>` : nothing;

const installLink = (text: Text, support: Support, error: CardwrightError): TemplateResult | typeof nothing =>
  error.install ? link(installerFor(support, error), text.install[error.install], 'install') : nothing;

/**
 * Returns the details for the help desk. Of the error's data, only texts, numbers and booleans are included, because data of cards can only
 * be in its nested objects and lists.
 */
export function detailsOf({ code, number, message, data }: CardwrightError, where: string): object {
  const plain = Object.entries(data).filter(([, value]) => typeof value !== 'object');
  return {
    code,
    number,
    message,
    data: Object.fromEntries(plain),
    where,
    time: new Date().toISOString(),
    origin: location.origin,
    sdk: PRODUCT_VERSION,
    browser: navigator.userAgent,
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-error-pane': ErrorPane;
  }
}
