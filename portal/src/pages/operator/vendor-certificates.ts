import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { call, type PresentCertificate } from '../api.js';
import './confirm-dialog.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { may } from '../rights.js';
import { certificateRow, certificateStyles } from './vendor-certificate-row.js';
import './vendor-import-form.js';
import type { ImportDone } from './vendor-import-form.js';
import { operatorText, withLink } from '../operator-text.js';

const { vendors: texts } = operatorText.policies;

/** Yubico's page with the certificates of its authorities. */
const PUBLISHED = 'https://developers.yubico.com/PKI/';

/**
 * The vendors' certificates that are trusted for a model: its devices prove their keys with certificates below these. After each import, even a
 * refused one, and each removal, the element dispatches `trust-changed`.
 */
@customElement('portal-vendor-certificates')
export class VendorCertificates extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    problemStyles,
    certificateStyles,
    css`
      section {
        display: grid;
        gap: var(--space-3);
      }

      h3 {
        font-size: 1rem;
      }
    `,
  ];

  @property() accessor model = '';
  @state() private accessor present: readonly PresentCertificate[] | null = null;
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult {
    return html`<section>
      <h3>${texts.title}</h3>
      <p class="muted">${withLink(texts.hint, PUBLISHED)}</p>
      ${this.#problem.render()} ${this.#list()}
      ${
        may('change-policies')
          ? html`<portal-vendor-import-form
              .model=${this.model}
              @import-done=${this.#onImport}
            ></portal-vendor-import-form>`
          : nothing
      }
      <portal-confirm-dialog></portal-confirm-dialog>
    </section>`;
  }

  #list(): TemplateResult | typeof nothing {
    if (this.present === null) return nothing;
    if (this.present.length === 0) return html`<p>${texts.none}</p>`;
    return html`<ul id="present">
      ${this.present.map((one) => certificateRow(one, may('change-policies') ? this.#removal(one) : nothing))}
    </ul>`;
  }

  #removal({ name, fingerprint }: PresentCertificate): TemplateResult {
    return html`<button
      type="button"
      data-action="remove"
      aria-label=${texts.removeOne(name)}
      aria-haspopup="dialog"
      @click=${() => void this.#problem.during(this.#askToRemove(fingerprint))}
    >
      ${operatorText.remove}
    </button>`;
  }

  readonly #onImport = ({ detail }: CustomEvent<ImportDone>): void => this.#show(detail.present);

  async #load(): Promise<void> {
    const { model } = this;
    this.present = (await call('GET /api/operator/vendor-certificates', { query: { model } })).present;
  }

  /** Asks before a certificate is removed. Reads the list again first, so that the question has the present number of devices. */
  async #askToRemove(wanted: string): Promise<void> {
    await this.#load();
    const found = this.present?.find(({ fingerprint }) => fingerprint === wanted);
    if (!found) return;
    const { question, relying, below, countsAtOnce } = texts.removal;
    const isAgreed = await this.renderRoot.querySelector('portal-confirm-dialog')?.ask({
      title: question(found.name),
      text: [found.devices === null ? below : relying(found.devices), countsAtOnce],
      agree: operatorText.remove,
      refuse: operatorText.cancel,
    });
    if (isAgreed === true) await this.#remove(wanted);
  }

  async #remove(fingerprint: string): Promise<void> {
    const body = { model: this.model, fingerprint };
    this.#show((await call('DELETE /api/operator/vendor-certificates', { body })).present);
  }

  #show(present: readonly PresentCertificate[]): void {
    this.present = present;
    this.dispatchEvent(new Event('trust-changed'));
  }
}
