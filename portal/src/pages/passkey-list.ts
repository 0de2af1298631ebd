import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { SignInPasskey } from './api.js';
import { formatTime } from './dates.js';
import { fields } from './form-styles.js';
import { giveSecondFactor, passkeyProblem, type Registered } from './own-passkeys.js';
import { PageProblem, problemStyles } from './page-problem.js';
import { tables } from './table-styles.js';
import { text } from './text.js';
import './passkey-dialog.js';
import type { PasskeyDialog } from './passkey-dialog.js';

const { signInPasskeys: words } = text;

/** The outcome of a change of the passkeys: the passkeys that are there now, and a sentence. */
interface Outcome {
  readonly passkeys: readonly SignInPasskey[];
  readonly said: string;
  readonly isRefused?: boolean;
}

/** How the passkeys of a person are read and changed. */
export interface PasskeySource {
  readonly read: () => Promise<{ readonly passkeys: readonly SignInPasskey[] }>;
  readonly remove: (
    id: string,
  ) => Promise<{ readonly passkeys: readonly SignInPasskey[]; readonly refusal?: Refusal | null }>;
  /** Left out for the passkeys of someone else, as `register` is. */
  readonly rename?: (id: string, name: string) => Promise<{ readonly passkeys: readonly SignInPasskey[] }>;
  readonly register?: (signal: AbortSignal) => Promise<Registered>;
  /** Sentence for a person without any. */
  readonly none: string;
  /** Says in the dialog what follows from removing one. */
  readonly consequence: (name: string) => string;
}

type Refusal = keyof typeof words.refusals;

/** A person's passkeys for signing in, with buttons that change them. Asks for a new proof of identity where the server wants one. */
@customElement('portal-passkey-list')
export class PasskeyList extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    tables,
    problemStyles,
    css`
      .said {
        display: block;
        font-weight: 400;
      }

      th {
        overflow-wrap: anywhere;
      }

      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        min-height: 44px;
        margin-top: var(--space-3);
      }
    `,
  ];

  @property({ attribute: false }) accessor source: PasskeySource | null = null;
  @state() private accessor passkeys: readonly SignInPasskey[] | null = null;
  @state() private accessor outcome = '';
  @state() private accessor problem: string | null = null;
  @query('#outcome') private accessor line: HTMLElement | null = null;
  @query('portal-passkey-dialog') private accessor dialog: PasskeyDialog | null = null;
  readonly #problem = new PageProblem(this);
  /** Controls the change under way; null while none is. */
  #changing: AbortController | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    const { source } = this;
    if (source === null) return;
    const reading = source.read().then(({ passkeys }) => {
      this.passkeys = passkeys;
    });
    void this.#problem.during(reading);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#changing?.abort();
  }

  protected override render(): TemplateResult {
    const { passkeys } = this;
    return html`${this.#problem.render()}
      ${passkeys === null || this.source === null ? nothing : this.#list(passkeys, this.source)}
      <portal-passkey-dialog></portal-passkey-dialog>`;
  }

  #list(passkeys: readonly SignInPasskey[], source: PasskeySource): TemplateResult {
    const isOffered = source.register !== undefined && 'PublicKeyCredential' in globalThis;
    return html`${passkeys.length === 0 ? html`<p>${source.none}</p>` : this.#table(passkeys, source)}
      ${this.problem === null ? nothing : html`<p class="problem" role="alert">${this.problem}</p>`}
      <div class="line">
        <p id="outcome" class="muted" role="status" tabindex="-1">${this.outcome}</p>
        ${isOffered ? html`<button type="button" id="add-passkey" @click=${() => this.#add(source)}>${words.add}</button>` : nothing}
      </div>`;
  }

  #table(passkeys: readonly SignInPasskey[], source: PasskeySource): TemplateResult {
    const { columns, title } = words;
    return html`<table aria-label=${title}>
      <thead>
        <tr>
          <th scope="col">${columns.name}</th>
          <th scope="col">${columns.since}</th>
          <th scope="col">${columns.lastUsed}</th>
          <th scope="col">${columns.actions}</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          passkeys,
          ({ id }) => id,
          (passkey) => this.#row(passkey, source),
        )}
      </tbody>
    </table>`;
  }

  #row(passkey: SignInPasskey, source: PasskeySource): TemplateResult {
    const { name, createdAt, lastUsedAt, isBackedUp } = passkey;
    const { columns, neverUsed, backedUp, rename, remove, renameOf, removeOf } = words;
    const button = (kind: 'rename' | 'remove', label: string, accessibleName: string): TemplateResult =>
      html`<button
        type="button"
        data-action=${kind}
        aria-label=${accessibleName}
        @click=${() => this.#ask(kind, passkey, source)}
      >
        ${label}
      </button>`;
    return html`<tr>
      <th scope="row">${name}${isBackedUp ? html`<span class="said muted">${backedUp}</span>` : nothing}</th>
      <td data-head=${columns.since}>${formatTime(createdAt)}</td>
      <td data-head=${columns.lastUsed}>${lastUsedAt === null ? neverUsed : formatTime(lastUsedAt)}</td>
      <td>
        <div class="actions">
          ${source.rename ? button('rename', rename, renameOf(name)) : nothing}
          ${button('remove', remove, removeOf(name))}
        </div>
      </td>
    </tr>`;
  }

  #add({ register }: PasskeySource): void {
    void this.#change(async (signal) => {
      const registered = await register?.(signal);
      return registered ? outcomeOf(registered, words.added) : null;
    });
  }

  #ask(kind: 'rename' | 'remove', { id, name }: SignInPasskey, { rename, remove, consequence }: PasskeySource): void {
    const change = async (another: string): Promise<Outcome | null> => {
      if (kind === 'remove') return outcomeOf(await remove(id), words.removed);
      const renamed = await rename?.(id, another);
      return renamed ? outcomeOf(renamed, words.renamed) : null;
    };
    const hint = kind === 'remove' ? consequence(name) : null;
    void this.dialog?.ask({ kind, name, hint, answer: (another) => void this.#change(() => change(another)) });
  }

  /** Makes a change, and shows what it has come to. Does nothing while another change is under way. */
  async #change(change: (signal: AbortSignal) => Promise<Outcome | null>): Promise<void> {
    if (this.#changing !== null) return;
    const changing = new AbortController();
    this.#changing = changing;
    this.problem = null;
    this.outcome = '';
    try {
      await this.#show(await change(changing.signal));
    } catch (error) {
      if (changing.signal.aborted) return;
      this.#changing = null;
      if (isCardwrightError(error, 'LOGIN_REQUIRED') && error.data.fresh) await this.#prove(change);
      else if (isCardwrightError(error) && error.recovery === 'log-in')
        await this.#problem.during(Promise.reject(error));
      else this.problem = passkeyProblem(error);
    } finally {
      if (this.#changing === changing) this.#changing = null;
    }
  }

  /**
   * Asks for a new proof of identity, and makes the change then. Whoever has a passkey uses one, because only that lets them change the others.
   */
  async #prove(change: (signal: AbortSignal) => Promise<Outcome | null>): Promise<void> {
    const retry = (): void => void this.#change(change);
    const byPassword = (): Promise<void> | undefined => this.dialog?.ask({ kind: 'prove', answer: retry });
    try {
      const given = await giveSecondFactor(new AbortController().signal);
      if (given === 'none') await byPassword();
      else if (given !== 'closed') retry();
    } catch (error) {
      this.problem = passkeyProblem(error);
    }
  }

  async #show(outcome: Outcome | null): Promise<void> {
    if (outcome === null) return;
    const { passkeys, said, isRefused = false } = outcome;
    this.passkeys = passkeys;
    if (isRefused) this.problem = said;
    else this.outcome = said;
    await this.updateComplete;
    // The pressed button may be gone.
    if (!isRefused) this.line?.focus();
  }
}

const outcomeOf = (
  { passkeys, refusal = null }: { readonly passkeys: readonly SignInPasskey[]; readonly refusal?: Refusal | null },
  done: string,
): Outcome =>
  refusal === null ? { passkeys, said: done } : { passkeys, said: words.refusals[refusal], isRefused: true };

declare global {
  interface HTMLElementTagNameMap {
    'portal-passkey-list': PasskeyList;
  }
}
