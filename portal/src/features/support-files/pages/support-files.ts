import { CardwrightError } from '@cardwright/protocol';
import { MAX_BUNDLE_LENGTH } from '@cardwright/protocol/trace';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { call, pathOf, type AnswerOf, type OperatorDevice } from '../../../pages/api.js';
import type { DeviceSection } from '../../../pages/device-section.js';
import { formatTime } from '../../../pages/dates.js';
import { PageProblem, problemStyles } from '../../../pages/page-problem.js';
import { may } from '../../../pages/rights.js';
import './support-summary.js';
import type { SupportSummary } from './support-summary.js';
import { operatorText, withCode } from '../../../pages/operator-text.js';

const { supportFiles: texts } = operatorText;

type SupportFile = AnswerOf<'GET /api/operator/devices/{id}/support-files'>['files'][number];

/**
 * Lists the support files of a device, with the buttons to attach, read, download and remove them. A mobile device does not use the extension, so it is
 * shown only those that it has.
 */
@customElement('portal-support-files')
export class SupportFiles extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    problemStyles,
    css`
      h2 {
        margin-block: var(--space-6) var(--space-3);
        font-size: 1.25rem;
      }

      ul {
        display: grid;
        gap: var(--space-3);
        margin-bottom: var(--space-4);
        list-style: none;
      }

      li {
        padding: var(--space-3) var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
      }

      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
      }

      .about {
        flex: 1 1 16rem;
      }

      .failed {
        color: var(--bad);
        font-weight: 600;
      }

      portal-support-summary {
        margin-top: var(--space-4);
        padding-top: var(--space-4);
        border-top: 1px solid var(--line);
      }

      p {
        margin-bottom: var(--space-3);
      }
    `,
  ];

  @property({ attribute: false }) accessor device: OperatorDevice | null = null;
  @state() private accessor files: readonly SupportFile[] | null = null;
  @state() private accessor open: SupportSummary | null = null;
  @state() private accessor outcome = '';
  @query('#file') private accessor input: HTMLInputElement | null = null;
  @query('#outcome') private accessor outcomeLine: HTMLElement | null = null;
  readonly #problem = new PageProblem(this);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#read());
  }

  protected override render(): TemplateResult | typeof nothing {
    const { files } = this;
    if (files === null || (this.device?.isPhone && files.length === 0)) return this.#problem.render();
    const keeps = may('keep-support-files');
    return html`<h2>${operatorText.page.supportFiles}</h2>
      ${keeps ? html`<p class="muted">${withCode(texts.hint)}</p>` : nothing}
      <p id="outcome" class=${this.outcome === '' ? 'visually-hidden' : ''} role="status" tabindex="-1">
        ${this.outcome}
      </p>
      ${
        files.length === 0
          ? nothing
          : html`<ul>
              ${repeat(
                files,
                ({ id }) => id,
                (file) => this.#file(file),
              )}
            </ul>`
      }
      ${keeps ? this.#attachment() : nothing} ${this.#problem.render()}`;
  }

  #attachment(): TemplateResult {
    return html`<input
        id="file"
        type="file"
        accept="application/json,.json"
        class="visually-hidden"
        tabindex="-1"
        aria-label=${texts.file}
        @change=${this.#attach}
      />
      <button type="button" id="attach" @click=${() => this.input?.click()}>${texts.attach}</button>`;
  }

  #file(file: SupportFile): TemplateResult {
    const { id, addedAt, addedBy, failed, checks } = file;
    const isOpen = this.open?.file.id === id;
    const when = formatTime(addedAt);
    return html`<li>
      <div class="line">
        <span class="about">
          ${texts.by(when, addedBy)}<br />
          <span class=${failed === 0 ? 'muted' : 'failed'}>${verdict(failed, checks)}</span>
        </span>
        <button
          type="button"
          aria-expanded=${isOpen}
          aria-label=${isOpen ? texts.hideFile(when) : texts.showFile(when)}
          @click=${() => this.#toggle(file)}
        >
          ${isOpen ? texts.hide : texts.show}
        </button>
        <a
          class="button"
          href=${pathOf('GET /api/operator/devices/{id}/support-files/{file}/download', this.#place(id))}
          download
          aria-label=${texts.downloadFile(when)}
        >
          ${texts.download}
        </a>
        ${
          may('keep-support-files')
            ? html`<button
                type="button"
                data-action="remove"
                aria-label=${texts.removeFile(when)}
                @click=${() => this.#remove(id)}
              >
                ${operatorText.remove}
              </button>`
            : nothing
        }
      </div>
      ${isOpen ? html`<portal-support-summary .summary=${this.open}></portal-support-summary>` : nothing}
    </li>`;
  }

  get #id(): string {
    return this.device?.id ?? '';
  }

  async #read(): Promise<void> {
    const { files } = await call('GET /api/operator/devices/{id}/support-files', { parameters: { id: this.#id } });
    this.files = files;
  }

  #place(file: string) {
    return { parameters: { id: this.#id, file } };
  }

  #toggle({ id }: SupportFile): void {
    if (this.open?.file.id === id) {
      this.open = null;
      return;
    }
    const reading = call('GET /api/operator/devices/{id}/support-files/{file}', this.#place(id)).then((summary) => {
      this.open = summary;
    });
    void this.#problem.during(reading);
  }

  readonly #attach = async (): Promise<void> => {
    const [file] = this.input?.files ?? [];
    if (!file) return;
    await this.#change(texts.attached, async () => {
      const parameters = { id: this.#id };
      await call('POST /api/operator/devices/{id}/support-files', { parameters, body: await readJson(file) });
    });
    // Empties the field, because the browser would not fire `change` if the user chose the same file again.
    if (this.input) this.input.value = '';
  };

  #remove(id: string): Promise<void> {
    return this.#change(texts.removed, async () => {
      await call('DELETE /api/operator/devices/{id}/support-files/{file}', this.#place(id));
      if (this.open?.file.id === id) this.open = null;
    });
  }

  async #change(done: string, change: () => Promise<void>): Promise<void> {
    this.outcome = '';
    const changing = change().then(async () => {
      await this.#read();
      this.outcome = done;
    });
    await this.#problem.during(changing);
    await this.updateComplete;
    // The pressed button may be gone, and the focus with it.
    if (this.shadowRoot?.activeElement === null) this.outcomeLine?.focus();
  }
}

const verdict = (failed: number, checks: number): string =>
  checks === 0 ? texts.noChecks : failed === 0 ? texts.allPassed(checks) : texts.someFailed(failed, checks);

/**
 * Reads a file as JSON.
 *
 * @throws CardwrightError `MESSAGE_TOO_LARGE` if the file has more than `MAX_BUNDLE_LENGTH` bytes; `INVALID_MESSAGE` if the file is not a JSON object
 *   or array
 */
async function readJson(file: File): Promise<object> {
  if (file.size > MAX_BUNDLE_LENGTH) throw new CardwrightError('MESSAGE_TOO_LARGE');
  try {
    const content: unknown = JSON.parse(await file.text());
    if (typeof content === 'object' && content !== null) return content;
  } catch (cause) {
    throw new CardwrightError('INVALID_MESSAGE', {}, { cause });
  }
  throw new CardwrightError('INVALID_MESSAGE');
}

/** The support files on the operator's page of a device. */
export const SUPPORT_FILES_SECTION: DeviceSection = {
  right: 'see-support-files',
  render: (device) => html`<portal-support-files .device=${device}></portal-support-files>`,
};

declare global {
  interface HTMLElementTagNameMap {
    'portal-support-files': SupportFiles;
  }
}
