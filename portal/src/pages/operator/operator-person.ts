import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { call, type OperatorDevice, type PersonPageContent, type PersonRoles, type User } from '../api.js';
import { formatDate } from '../dates.js';
import { badgeStyles, stateBadge } from '../device-state-badge.js';
import { dottedLine, dottedLineStyles } from '../dotted-line.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import '../passkey-list.js';
import type { PasskeySource } from '../passkey-list.js';
import '../shell.js';
import '../session-list.js';
import type { SessionList, SessionSource } from '../session-list.js';
import { requireLogin } from '../shell.js';
import { firstPageOf, may } from '../rights.js';
import { modelNameOf, text } from '../text.js';
import { DeviceActions } from './device-actions.js';
import { PROOFS, givenName, givenNameStyles, identityOf, leavingOf, noteOn } from './device-facts.js';
import './role-form.js';
import { rolesIn } from './role-words.js';
import { tables } from '../table-styles.js';
import { operatorText } from '../operator-text.js';

const { columns, page, person: texts } = operatorText;

/**
 * An operator's page of one person: all devices, each with its state and what the operator can do with it, the roles and groups, and the sessions. Each
 * part is shown to those who have the right to it.
 */
@customElement('portal-operator-person')
export class OperatorPersonPage extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    badgeStyles,
    givenNameStyles,
    dottedLineStyles,
    tables,
    problemStyles,
    css`
      nav {
        margin-bottom: var(--space-3);
      }

      h1 {
        font-size: 1.6rem;
        overflow-wrap: anywhere;
      }

      h2 {
        margin-block: var(--space-6) var(--space-3);
        font-size: 1.25rem;
      }

      .facts {
        margin-top: var(--space-1);
        overflow-wrap: anywhere;
      }

      th .muted {
        font-weight: normal;
      }

      .note {
        max-width: 44ch;
        color: var(--warn);
      }

      #outcome {
        margin-top: var(--space-3);
      }

      #outcome.refused {
        color: var(--warn);
      }
    `,
  ];

  @state() private accessor user: User | null = null;
  @state() private accessor page: PersonPageContent | null = null;
  @state() private accessor roles: PersonRoles | null = null;
  @query('portal-session-list') private accessor sessions: SessionList | null = null;
  readonly #problem = new PageProblem(this);
  readonly #actions = new DeviceActions(this, this.#problem, () => this.#read());

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.user === null) return this.#problem.renderAlone(texts.title);
    return html`<portal-shell .user=${this.user}>
      <nav aria-label=${page.back}><a href="/operator">${may('see-devices') ? page.allDevices : page.back}</a></nav>
      ${this.#problem.render()} ${this.#title()} ${this.page === null ? nothing : this.#devices(this.page)}
      ${this.#others()}
    </portal-shell>`;
  }

  #title(): TemplateResult {
    const person = this.page?.person ?? this.roles?.person;
    return person === undefined
      ? html`<h1 class="visually-hidden">${texts.title}</h1>`
      : html`<h1>${person.displayName}</h1>`;
  }

  #devices({ person, grants, devices, over, hasMore, limit }: PersonPageContent): TemplateResult {
    const roles = grants === null ? null : rolesIn(grants);
    const facts = [person.username, person.email, roles, texts.used(limit.used, limit.max)];
    return html`<p class="muted facts">${dottedLine(facts.filter((fact) => fact !== null))}</p>
      ${person.left === null ? nothing : html`<p class="note" id="left">${leavingOf(person.left)}</p>`}
      ${this.#actions.outcome()}
      <h2 id="devices">${texts.devices}</h2>
      ${devices.length === 0 ? html`<p>${operatorText.none}</p>` : this.#table(devices, 'devices')}
      ${
        over.length === 0
          ? nothing
          : html`<h2 id="over">${texts.over}</h2>
              ${this.#table(over, 'over')}`
      }
      ${hasMore ? html`<p class="muted">${texts.hasMore}</p>` : nothing} ${this.#actions.dialogs()}`;
  }

  /** Shows the roles, the passkeys and the sessions of the person. */
  #others(): TemplateResult | typeof nothing {
    if (this.page === null && this.roles === null) return nothing;
    const id = idOfPage();
    return html`${
      this.roles === null
        ? nothing
        : html`<portal-role-form
            .person=${id}
            .roles=${this.roles}
            @roles-changed=${this.#onRolesChanged}
          ></portal-role-form>`
    }
    ${
      may('remove-passkeys')
        ? html`<h2>${text.signInPasskeys.title}</h2>
            <portal-passkey-list .source=${passkeysOf(id)}></portal-passkey-list>`
        : nothing
    }
    ${
      may('end-sessions')
        ? html`<h2>${text.sessions.title}</h2>
            <portal-session-list .source=${sessionsOf(id)}></portal-session-list>`
        : nothing
    }`;
  }

  #table(devices: readonly OperatorDevice[], heading: string): TemplateResult {
    return html`<table aria-labelledby=${heading}>
      <thead>
        <tr>
          <th scope="col">${columns.device}</th>
          <th scope="col">${columns.state}</th>
          <th scope="col">${texts.goodUntil}</th>
          <th scope="col">${texts.since}</th>
          <th scope="col">${columns.actions}</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          devices,
          // The key keeps a removed button, which someone may be pressing, from becoming the button of the next device.
          ({ id }) => id,
          (device) => this.#row(device),
        )}
      </tbody>
    </table>`;
  }

  #row(device: OperatorDevice): TemplateResult {
    const note = noteOn(device);
    return html`<tr>
      <th scope="row">
        <a href="/operator/devices/${device.id}">${modelNameOf(device)}</a> ${givenName(device)}<br /><span
          class="muted"
          >${identityOf(device)}<br />${PROOFS[device.proof]}</span
        >
      </th>
      <td>${stateBadge(device)} ${note === null ? nothing : html`<p class="note">${note}</p>`}</td>
      <td data-head=${texts.goodUntil}>${device.goodUntil === null ? '–' : formatDate(device.goodUntil)}</td>
      <td data-head=${texts.since}>${formatDate(device.createdAt)}</td>
      <td>${this.#actions.buttons(device)}</td>
    </tr>`;
  }

  /** Reads everything again: new roles have ended the sessions of the person. */
  readonly #onRolesChanged = async (): Promise<void> => {
    await this.#problem.during(this.#load());
    await this.sessions?.read();
  };

  async #load(): Promise<void> {
    const { user } = await requireLogin();
    if (user === null) return;
    if (!may('see-devices') && !may('see-roles')) {
      location.assign(firstPageOf(user));
      return;
    }
    this.user = user;
    await this.#read();
  }

  async #read(): Promise<void> {
    const parameters = { id: idOfPage() };
    if (may('see-devices')) this.page = await call('GET /api/operator/people/{id}', { parameters });
    // Someone may read the roles of some people only.
    const isReached = may('see-roles') && this.page?.grants !== null;
    if (isReached) this.roles = await call('GET /api/operator/people/{id}/roles', { parameters });
  }
}

/** Returns the id of the person in the address of the page. */
function idOfPage(): string {
  const [, , , id = ''] = location.pathname.split('/');
  return id;
}

/** Names the roles of a person. */
const sources = new Map<string, SessionSource>();

/** The passkeys with which a person signs in. */
const passkeysOf = (id: string): PasskeySource => ({
  read: () => call('GET /api/operator/people/{id}/passkeys', { parameters: { id } }),
  remove: (passkey) =>
    call('POST /api/operator/people/{id}/passkeys/{passkey}/remove', { parameters: { id, passkey }, body: {} }),
  none: texts.noPasskey,
  consequence: texts.passkeyConsequence,
});

/** Returns the source of a person's sessions, the same for each rendering. */
function sessionsOf(id: string): SessionSource {
  const parameters = { id };
  const source = sources.get(id) ?? {
    read: () => call('GET /api/operator/people/{id}/sessions', { parameters }),
    end: (session) =>
      call('POST /api/operator/people/{id}/sessions/{session}/end', { parameters: { id, session }, body: {} }),
    endAll: () => call('POST /api/operator/people/{id}/sessions/end', { parameters, body: {} }),
  };
  sources.set(id, source);
  return source;
}
