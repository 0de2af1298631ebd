import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { call, type ImportOutcome, type PresentCertificate, type ReviewedCertificate } from '../api.js';
import { fields } from '../form-styles.js';
import { messageOf } from '../text.js';
import './proof-dialog.js';
import type { ProofDialog } from './proof-dialog.js';
import { sendWithConsent } from './send-with-consent.js';
import { certificateRow, certificateStyles } from './vendor-certificate-row.js';
import { operatorText } from '../operator-text.js';

/** Detail of the event `import-done`: the certificates that are trusted for the model after the import. */
export interface ImportDone {
  readonly present: readonly PresentCertificate[];
}

const { vendors: texts } = operatorText.policies;
const VERDICTS: Readonly<Record<ReviewedCertificate['verdict'], string>> = texts.verdicts;

/**
 * Takes certificates of a vendor as pasted text or as a file, sends them to the server, and shows the verdict on each certificate with its
 * fingerprint.
 */
@customElement('portal-vendor-import-form')
export class VendorImportForm extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    certificateStyles,
    css`
      form {
        display: grid;
        gap: var(--space-3);
      }

      textarea {
        min-height: 96px;
        font-family: ui-monospace, 'DejaVu Sans Mono', monospace;
        font-size: 0.8125rem;
      }

      footer {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: flex-end;
        gap: var(--space-3);
      }
    `,
  ];

  @property() accessor model = '';
  @state() private accessor pem = '';
  @state() private accessor reviewed: readonly ReviewedCertificate[] = [];
  @state() private accessor outcome: { readonly text: string; readonly isProblem: boolean } | null = null;
  @state() private accessor trustUnknown = false;
  @query('portal-proof-dialog') private accessor proofDialog: ProofDialog | null = null;

  protected override render(): TemplateResult {
    return html`<form @submit=${this.#submit}>
        <label>
          ${texts.file}
          <input type="file" accept=".pem,.crt,.cer,.txt" @change=${this.#onFile} />
        </label>
        <label>
          ${texts.orText}
          <textarea
            name="pem"
            spellcheck="false"
            placeholder="-----BEGIN CERTIFICATE-----"
            .value=${this.pem}
            @input=${this.#onInput}
          ></textarea>
        </label>
        ${this.#review()}
        <footer>
          ${
            this.outcome === null
              ? nothing
              : html`<p role="status" class=${this.outcome.isProblem ? 'problem' : 'muted'}>${this.outcome.text}</p>`
          }
          <button id="import" type="submit" ?disabled=${this.pem.trim() === ''}>${texts.import}</button>
        </footer>
      </form>
      <portal-proof-dialog></portal-proof-dialog>`;
  }

  #review(): TemplateResult | typeof nothing {
    if (this.reviewed.length === 0) return nothing;
    const isUnknown = this.reviewed.some(({ verdict }) => verdict === 'unknown');
    return html`<ul id="reviewed">
        ${this.reviewed.map((one) => certificateRow(one, html`<span>${VERDICTS[one.verdict]} ${one.problem === null ? nothing : texts.problems[one.problem]}</span>`))}
      </ul>
      ${
        isUnknown
          ? html`<label>
              <input
                type="checkbox"
                name="trustUnknown"
                .checked=${this.trustUnknown}
                @change=${this.#onTrust}
              />${texts.trustUnknown}</label
            >`
          : nothing
      }`;
  }

  readonly #onFile = async (event: Event): Promise<void> => {
    const [file] = (event.target instanceof HTMLInputElement ? event.target.files : null) ?? [];
    if (file) this.#take(await file.text());
  };

  readonly #onInput = ({ target }: Event): void => {
    if (target instanceof HTMLTextAreaElement) this.#take(target.value);
  };

  readonly #onTrust = ({ target }: Event): void => {
    this.trustUnknown = target instanceof HTMLInputElement && target.checked;
  };

  /**
   * Takes certificates in place of the earlier ones. Clears the consent to trust unknown certificates, which was given for the earlier certificates.
   */
  #take(pem: string): void {
    this.pem = pem;
    this.reviewed = [];
    this.trustUnknown = false;
    this.outcome = null;
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    try {
      const { model, pem, trustUnknown } = this;
      const answer = await sendWithConsent(this.proofDialog, (given) =>
        call('POST /api/operator/vendor-certificates', { body: { model, pem, trustUnknown, ...given } }),
      );
      if (answer === null) return;
      const { accepted, certificates, present } = answer;
      if (accepted) this.#take('');
      this.reviewed = certificates;
      this.outcome = { text: outcomeWords(answer), isProblem: !accepted };
      this.dispatchEvent(new CustomEvent<ImportDone>('import-done', { detail: { present } }));
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      const where = isCardwrightError(error, 'INVALID_PARAMS') ? ` (${error.data.path}: ${error.data.problem})` : '';
      this.outcome = { text: `${messageOf(error)}${where}`, isProblem: true };
    }
  };
}

function outcomeWords({ accepted, outcome, certificates }: ImportOutcome): string {
  if (!accepted) return texts.nothingImported;
  if (outcome === 'proposed') return texts.proposed;
  return texts.imported(certificates.filter(({ verdict }) => verdict === 'imported').length);
}
