import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { call, type Account, type AccountOutcome } from '../api.js';
import { formatTime } from '../dates.js';
import { fields } from '../form-styles.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { text } from '../text.js';
import '../list-end.js';
import { textOf } from './form-fields.js';
import { operatorText } from '../operator-text.js';
import './proof-dialog.js';
import type { ProofDialog } from './proof-dialog.js';
import { ROLES, rolesIn } from './role-words.js';
import { tables } from '../table-styles.js';

const { accounts: words } = operatorText;

/** A change of one account. */
type Change = keyof typeof words.changes;

/** The changes that an account can have in each state, in the order of their buttons. */
const CHANGES: Readonly<Record<Account['state'], readonly Change[]>> = {
  active: ['reset', 'disable', 'delete'],
  'no-password': ['reset', 'disable', 'delete'],
  elsewhere: ['disable', 'delete'],
  disabled: ['enable', 'delete'],
};

/** Returns the changes that are offered for an account. */
const changesOf = ({ state, mayConfirm }: Account): readonly Change[] => [
  ...(mayConfirm ? (['confirm'] as const) : []),
  ...CHANGES[state],
];

/** The outcome of the last change, and the name of its account. */
interface Done {
  readonly name: string;
  readonly change: Change | 'add';
  readonly outcome: AccountOutcome;
}

/** The local accounts, page by page, what an operator can do with each, and the form that adds one. */
@customElement('portal-account-list')
export class AccountList extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    tables,
    problemStyles,
    css`
      :host {
        display: grid;
        gap: var(--space-4);
      }

      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--space-3);
      }

      form label {
        flex: 1 1 12rem;
      }

      #outcome:not(:empty) {
        display: grid;
        gap: var(--space-2);
        padding: var(--space-3) var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
      }
    `,
  ];

  @state() private accessor accounts: readonly Account[] | null = null;
  @state() private accessor next: string | null = null;
  @state() private accessor done: Done | null = null;
  @query('portal-proof-dialog') private accessor dialog: ProofDialog | null = null;
  @query('#outcome') private accessor outcomeBox: HTMLElement | null = null;
  @query('form') private accessor form: HTMLFormElement | null = null;
  readonly #problem = new PageProblem(this);

  /** True if a form has entries that were not sent. */
  get hasUnsaved(): boolean {
    const inputs = this.form?.querySelectorAll('input') ?? [];
    return [...inputs].some(({ value }) => value !== '');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#read());
  }

  protected override render(): TemplateResult {
    return html`<p>${words.intro}</p>
      <div id="outcome" role="status" tabindex="-1">${this.done === null ? nothing : outcomeOf(this.done)}</div>
      ${this.#problem.render()} ${this.#addForm()} ${this.accounts === null ? nothing : this.#table(this.accounts)}
      <portal-proof-dialog></portal-proof-dialog>`;
  }

  #addForm(): TemplateResult {
    return html`<form @submit=${this.#onAdd} aria-label=${words.add}>
      <label>${text.userName}<input name="username" pattern="[a-z0-9][a-z0-9._\\-]{0,63}" required /></label>
      <label>${words.displayName}<input name="displayName" maxlength="64" required /></label>
      <label>${words.email}<input name="email" type="email" maxlength="200" /></label>
      <label>
        ${words.role}
        <select name="role">
          ${ROLES.map((role) => html`<option value=${role}>${operatorText.person.roles[role]}</option>`)}
        </select>
      </label>
      <button type="submit" id="add" class="primary">${words.add}</button>
    </form>`;
  }

  #table(accounts: readonly Account[]): TemplateResult {
    const { columns } = operatorText;
    return html`<table>
        <thead>
          <tr>
            <th scope="col">${text.userName}</th>
            <th scope="col">${words.displayName}</th>
            <th scope="col">${words.role}</th>
            <th scope="col">${columns.state}</th>
            <th scope="col">${columns.actions}</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            accounts,
            ({ id }) => id,
            (account) => this.#row(account),
          )}
        </tbody>
      </table>
      <portal-list-end
        .shown=${text.list.entries(accounts.length, this.next === null)}
        .more=${this.next === null ? null : this.#more}
      ></portal-list-end>`;
  }

  #row(account: Account): TemplateResult {
    const { columns } = operatorText;
    return html`<tr>
      <th scope="row">${account.username}</th>
      <td data-head=${words.displayName}>
        <a href="/operator/people/${account.id}">${account.displayName}</a>
      </td>
      <td data-head=${words.role}>${rolesIn(account.grants)}</td>
      <td data-head=${columns.state}>
        ${words.states[account.state]}${account.isDemo ? html`<br /><span class="muted">${words.demo}</span>` : nothing}${
          account.hands.length > 0
            ? html`<br /><span class="muted" data-hands>${words.inHandsOf(account.hands.join(', '))}</span>`
            : nothing
        }
      </td>
      <td>
        <div class="actions">
          ${changesOf(account).map(
            (change) =>
              html`<button
                type="button"
                data-change=${change}
                aria-label=${`${words.changes[change].button}: ${account.username}`}
                @click=${() => void this.#problem.during(this.#change(account, change))}
              >
                ${words.changes[change].button}
              </button>`,
          )}
        </div>
      </td>
    </tr>`;
  }

  async #read(after?: string): Promise<void> {
    const query = after === undefined ? {} : { after };
    const { accounts, next } = await call('GET /api/operator/accounts', { query });
    this.accounts = after === undefined ? accounts : [...(this.accounts ?? []), ...accounts];
    this.next = next;
  }

  readonly #more = (): Promise<void> => this.#problem.during(this.#read(this.next ?? undefined));

  async #change({ id, username }: Account, change: Change): Promise<void> {
    const { button, of, consequence } = words.changes[change];
    const question = { title: `${of(username)}?`, why: consequence, answer: button };
    const outcome = await this.dialog?.ask(question, () =>
      call(`POST /api/operator/accounts/{id}/${change}`, { parameters: { id }, body: {} }),
    );
    if (outcome) await this.#tell({ name: username, change, outcome });
  }

  readonly #onAdd = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#problem.during(this.#add());
  };

  async #add(): Promise<void> {
    const { form } = this;
    if (form === null) return;
    const entered = new FormData(form);
    const value = (name: string): string => textOf(entered, name).trim();
    const [username, email] = [value('username'), value('email')];
    const role = ROLES.filter((one) => one === value('role'));
    const account = { username, displayName: value('displayName'), role, ...(email === '' ? {} : { email }) };
    const question = { title: words.addTitle(username), why: words.addConsequence, answer: words.add };
    const outcome = await this.dialog?.ask(question, () => call('POST /api/operator/accounts', { body: account }));
    if (!outcome) return;
    if (outcome.refusal === null) form.reset();
    await this.#tell({ name: username, change: 'add', outcome });
  }

  /** Tells the outcome of a change, and reads the list again. */
  async #tell(done: Done): Promise<void> {
    this.done = done;
    await this.#read();
    await this.updateComplete;
    this.outcomeBox?.focus();
  }
}

/** Says what was done, or why not; with the link, which is shown this once. */
function outcomeOf({ name, change, outcome: { refusal, link, devices } }: Done): TemplateResult {
  if (refusal !== null) return html`<p class="problem">${words.refusals[refusal](name)}</p>`;
  const left = change === 'disable' && devices > 0 ? html`<p>${words.devicesLeft(devices)}</p>` : nothing;
  return html`<p>${change === 'add' ? words.added(name) : words.changes[change].done(name)}</p>
    ${left}
    ${
      link === null
        ? nothing
        : html`<label>
            ${words.link(formatTime(link.expiresAt))}
            <input id="link" readonly .value=${link.address} @focus=${select} />
          </label>`
    }`;
}

/** Selects all of a field, so that it is copied at once. */
const select = ({ target }: FocusEvent): void => {
  if (target instanceof HTMLInputElement) target.select();
};
