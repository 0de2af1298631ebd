import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { call, type PersonRoles } from '../api.js';
import { fields } from '../form-styles.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { may } from '../rights.js';
import { textOf } from './form-fields.js';
import { operatorText } from '../operator-text.js';
import './proof-dialog.js';
import type { ProofDialog } from './proof-dialog.js';
import { ROLES, rolesIn, type Role } from './role-words.js';

const { roles: words, person: personWords } = operatorText;

type Grant = PersonRoles['grants'][number];

/** Roles that can be given for groups of people only. The others concern their own person, or the whole portal. */
const FOR_GROUPS = ['help-desk', 'operator', 'auditor'] as const satisfies readonly Role[];
type GroupRole = (typeof FOR_GROUPS)[number];

const isForGroups = (role: Role): role is GroupRole => FOR_GROUPS.some((one) => one === role);

/** The content of the form: grants as the server takes them, and the groups of the person. */
interface Entered {
  readonly grants: readonly (
    | { readonly role: Role; readonly group: null }
    | { readonly role: GroupRole; readonly group: string }
  )[];
  readonly groups: readonly string[];
}

/**
 * The roles and groups of a person. Who may change roles gets a form; others read them, and so does everyone if a provider decides on them. Fires
 * `roles-changed` after a change.
 */
@customElement('portal-role-form')
export class RoleForm extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    problemStyles,
    css`
      h2 {
        margin-block: var(--space-6) var(--space-3);
        font-size: 1.25rem;
      }

      form {
        display: grid;
        gap: var(--space-4);
        max-width: 44rem;
      }

      fieldset {
        display: grid;
        gap: var(--space-3);
        min-width: 0;
        margin: 0;
        padding: var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }

      legend {
        padding: 0 var(--space-2);
        font-weight: 600;
      }

      label .muted {
        font-weight: normal;
      }

      .only {
        margin-left: calc(20px + var(--space-2));
      }

      .empty {
        color: var(--warn);
        font-weight: normal;
        overflow-wrap: anywhere;
      }

      textarea {
        min-width: 0;
        resize: vertical;
      }

      .end {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        min-height: 44px;
      }

      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: var(--space-1) var(--space-4);
        margin: 0;
      }

      dt {
        font-weight: 550;
      }

      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  /** Id of the person. */
  @property({ attribute: false }) accessor person = '';
  @property({ attribute: false }) accessor roles: PersonRoles | null = null;
  @state() private accessor outcome = '';
  @query('form') private accessor form: HTMLFormElement | null = null;
  @query('#saved') private accessor line: HTMLElement | null = null;
  @query('portal-proof-dialog') private accessor dialog: ProofDialog | null = null;
  readonly #problem = new PageProblem(this);

  protected override render(): TemplateResult | typeof nothing {
    const { roles } = this;
    if (roles === null) return nothing;
    return html`<h2 id="roles">${words.title}</h2>
      ${this.#problem.render()} ${roles.isBound ? html`<p>${words.byProvider}</p>` : nothing}
      ${roles.isBound || !may('change-roles') ? list(roles) : this.#form(roles)}`;
  }

  #form({ grants, groups, emptyGroups }: PersonRoles): TemplateResult {
    return html`<form aria-labelledby="roles" @submit=${this.#onSubmit}>
        <fieldset>
          <legend>${words.roles}</legend>
          <p class="muted" id="each-line">${words.eachLine}</p>
          ${ROLES.map((role) => roleFields(role, grants, emptyGroups))}
        </fieldset>
        <label>
          ${words.groups}
          <textarea
            name="groups"
            rows="2"
            aria-describedby="each-line-of-person"
            .value=${groups.join('\n')}
          ></textarea>
          <span class="muted" id="each-line-of-person">${words.eachLineOfPerson}</span>
        </label>
        <div class="end">
          <button type="submit" id="save-roles" class="primary">${words.save}</button>
          <p id="saved" class="muted" role="status" tabindex="-1">${this.outcome}</p>
        </div>
      </form>
      <portal-proof-dialog></portal-proof-dialog>`;
  }

  readonly #onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#problem.during(this.#save());
  };

  async #save(): Promise<void> {
    const { form, roles, dialog } = this;
    if (form === null || roles === null || dialog === null) return;
    const entered = readForm(new FormData(form));
    const changes = {
      grants: !areSame(entered.grants.map(keyOf), roles.grants.map(keyOf)),
      groups: !areSame(entered.groups, roles.groups),
    };
    if (!changes.grants && !changes.groups) return this.#tell(words.unchanged);
    const question = {
      title: words.question(roles.person.displayName),
      why: words.consequence,
      answer: words.save,
    };
    const saved = await dialog.ask(question, () => save(this.person, entered, changes));
    if (saved === null) return;
    this.roles = saved;
    this.dispatchEvent(new CustomEvent('roles-changed'));
    await this.#tell(changes.grants ? words.savedRoles : words.saved);
  }

  async #tell(outcome: string): Promise<void> {
    this.outcome = outcome;
    await this.updateComplete;
    this.line?.focus();
  }
}

/** Sends what has changed. The groups come first, because new roles end sessions. */
async function save(
  id: string,
  { grants, groups }: Entered,
  changes: { readonly grants: boolean; readonly groups: boolean },
): Promise<PersonRoles | null> {
  const parameters = { id };
  let saved: PersonRoles | null = null;
  if (changes.groups)
    saved = await call('PUT /api/operator/people/{id}/groups', { parameters, body: { groups: [...groups] } });
  if (changes.grants)
    saved = await call('PUT /api/operator/people/{id}/roles', { parameters, body: { grants: [...grants] } });
  return saved;
}

/** Renders the box of a role and, if it can be given for groups, the field with the groups. */
function roleFields(role: Role, grants: readonly Grant[], emptyGroups: readonly string[]): TemplateResult {
  const given = grants.filter((one) => one.role === role);
  const groups = given.flatMap(({ group }) => group ?? []);
  const empty = groups.filter((group) => emptyGroups.includes(group));
  const name = personWords.roles[role];
  return html`<label><input type="checkbox" name="role" value=${role} .checked=${given.length > 0} />${name}</label> ${
      isForGroups(role)
        ? html`<label class="only"
            >${words.onlyFor(name)}<textarea
              name="groups-of-${role}"
              rows="1"
              aria-describedby=${empty.length === 0 ? 'each-line' : `each-line empty-for-${role}`}
              .value=${groups.join('\n')}
            ></textarea>
            ${
              empty.length === 0
                ? nothing
                : html`<span class="empty" id="empty-for-${role}">${empty.map(words.emptyGroup).join(' ')}</span>`
            }
          </label>`
        : nothing
    }`;
}

/** Shows roles and groups that this page does not change. */
const list = ({ grants, groups }: PersonRoles): TemplateResult =>
  html`<dl>
    <dt>${words.roles}</dt>
    <dd>${rolesIn(grants)}</dd>
    <dt>${words.groups}</dt>
    <dd>${groups.length === 0 ? words.noGroup : groups.join(', ')}</dd>
  </dl>`;

function readForm(form: FormData): Entered {
  const checked = ROLES.filter((role) => form.getAll('role').includes(role));
  const grants = checked.flatMap((role): Entered['grants'] => {
    const groups = isForGroups(role) ? linesOf(textOf(form, `groups-of-${role}`)) : [];
    return isForGroups(role) && groups.length > 0 ? groups.map((group) => ({ role, group })) : [{ role, group: null }];
  });
  return { grants, groups: linesOf(textOf(form, 'groups')) };
}

/** Returns the lines that are not empty, each once. */
const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ),
];

const keyOf = ({ role, group }: Grant): string => `${role} ${group ?? ''}`;

/** Returns true if two lists have the same members, in whatever order. */
const areSame = (one: readonly string[], other: readonly string[]): boolean =>
  JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

declare global {
  interface HTMLElementTagNameMap {
    'portal-role-form': RoleForm;
  }
}
