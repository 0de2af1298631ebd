import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { MyDevice, OfferedOperation, OwnerAction } from '../api.js';
import { formatDate } from '../dates.js';
import { badgeStyles, stateBadge } from '../device-state-badge.js';
import { expiryLine, expiryStyles } from '../expiry-line.js';
import { text } from '../text.js';
import { adviceFor, codeAdviceFor, workAdviceFor, type CardAdvice } from './advice.js';
import { deviceDetails, deviceDetailsStyles } from './device-details.js';
import { helpDeskContact, helpDeskContactStyles } from '../help-desk-contact.js';
import { passkeyList, passkeyListStyles } from './passkey-list.js';
import { modelBeside, ownNameOf } from './own-name.js';
import { serialEnd } from './serial-end.js';

/** Fired when the user wants to continue the setup of a device, or to start again with it. */
export type OwnerActionEvent = CustomEvent<{ readonly way: OwnerAction; readonly device: MyDevice }>;

/** Fired when the user wants to start an operation on a device. */
export type OperationWantedEvent = CustomEvent<{
  readonly kind: string;
  readonly device: Pick<MyDevice, 'serial' | 'guid' | 'model'>;
  /** Id of the work that an operator asked for; left out if the user starts the operation without being asked. */
  readonly work?: string;
}>;

/** Fired when the user wants to delete a mobile device. */
export type DeleteMobileEvent = CustomEvent<MyDevice>;

/** Fired when the user wants to remove a passkey of a device. */
export type RemovePasskeyEvent = CustomEvent<{
  readonly device: MyDevice;
  readonly passkey: MyDevice['passkeys'][number];
}>;

/** Fired when the user wants to give a device a name. */
export type RenameDeviceEvent = CustomEvent<MyDevice>;

/** What the user wants to do: report something about a device, take a report back, or replace a reported device. */
export type ReportWay = keyof MyDevice['reportActions'];

/** Fired when the user wants to report something, or to do something about a report. */
export type ReportWantedEvent = CustomEvent<{ readonly way: ReportWay; readonly device: MyDevice }>;

/**
 * One device of the user: first its state and the next action, then its passkeys and, collapsed, its details. Fires `owner-action`
 * (see `OwnerActionEvent`), `operation-wanted` (see `OperationWantedEvent`), `report-wanted` (see `ReportWantedEvent`), `delete-mobile`
 * (see `DeleteMobileEvent`), `rename-device` (see `RenameDeviceEvent`) and `remove-passkey` (see `RemovePasskeyEvent`).
 */
@customElement('portal-device-card')
export class DeviceCard extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    badgeStyles,
    expiryStyles,
    passkeyListStyles,
    deviceDetailsStyles,
    helpDeskContactStyles,
    css`
      article {
        border: 1px solid var(--line);
        border-radius: calc(var(--radius) + 4px);
        background: var(--surface);
        overflow: hidden;
      }

      :host([added]) article {
        border-color: var(--accent);
        box-shadow: 0 0 0 2px var(--accent);
      }

      .first {
        padding: var(--space-4) 0;
      }

      .added {
        padding: 2px var(--space-3);
        border-radius: 999px;
        background: var(--accent);
        color: var(--on-accent);
        font-size: 0.875rem;
        font-weight: 600;
      }

      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        padding: 0 var(--space-5);
      }

      h2 {
        font-size: 1.125rem;
      }

      #name {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--space-2);
        min-width: 0;
        overflow-wrap: anywhere;
      }

      .rename {
        min-height: 0;
        margin-left: auto;
        padding: var(--space-1) var(--space-2);
        border-color: transparent;
        background: transparent;
        color: var(--accent);
        font-size: 0.9375rem;
      }

      .good-until {
        padding: var(--space-1) var(--space-5) 0;
      }

      .next + .good-until {
        padding-top: var(--space-3);
      }

      .next {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3) var(--space-4);
        margin: var(--space-3) var(--space-5) 0;
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius);
        background: var(--warn-soft);
      }

      .next.failed {
        background: var(--bad-soft);
      }

      .next .advice {
        flex: 1 1 17.5rem;
      }

      .next .what {
        color: var(--warn);
        font-weight: 600;
      }

      .next.failed .what {
        color: var(--bad);
      }

      footer {
        padding: var(--space-3) var(--space-5) 0;
      }

      footer,
      .ways {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }

      @container page (max-width: 38rem) {
        header,
        .good-until,
        footer {
          padding-inline: var(--space-4);
        }

        .next {
          margin-inline: var(--space-4);
        }
      }
    `,
  ];

  @property({ attribute: false }) accessor device: MyDevice | null = null;
  /** All operations that can be offered on devices, in the order of their buttons. */
  @property({ attribute: false }) accessor operations: readonly OfferedOperation[] = [];
  /** Set if the device was just added. */
  @property({ type: Boolean, reflect: true }) accessor added = false;

  protected override render(): TemplateResult | typeof nothing {
    const { device } = this;
    if (device === null) return nothing;
    return html`<article aria-labelledby="name">
      <div class="first">
        <header>
          <div id="name">
            <h2><bdi>${ownNameOf(device)}</bdi></h2>
            ${modelBeside(device)} ${serialEnd(device.serial)}
          </div>
          ${stateBadge(device)} ${this.added ? html`<span class="added">${text.added}</span>` : nothing}
          ${this.#renameButton(device)}
        </header>
        ${device.work.map((work, index) => this.#work(device, work, index === 0 ? 'primary' : 'plain'))}
        ${expiryLine(device.expiry, device.goodUntil)} ${this.#code(device)} ${this.#next(device)}
        ${this.#footer(device)}
      </div>
      ${passkeyList(device.passkeys, this.#removal(device))} ${deviceDetails(device)}
    </article>`;
  }

  #footer(device: MyDevice): TemplateResult | typeof nothing {
    // While the owner has to set a PIN, the button for this is further up, in the next action, so there is no button for changing the PIN here.
    // Work that an operator asked for has its button beside the request.
    const offered = this.operations.filter(
      ({ kind, subject }) =>
        subject === undefined &&
        device.operations.includes(kind) &&
        !(kind === CHANGE_PIN && isPinToBeSet(device)) &&
        !device.work.some((work) => work.kind === kind),
    );
    const canReport = device.reportActions.report.length > 0;
    if (offered.length === 0 && !device.isDeletable && !canReport) return nothing;
    return html`<footer>
      ${offered.map((operation) => this.#operationButton(device, operation, isUrgent(device, operation) ? 'primary' : 'plain'))}
      ${device.isDeletable ? this.#deleteButton(device) : nothing}
      ${canReport ? this.#reportButton(device, 'report', 'plain') : nothing}
    </footer>`;
  }

  /** Returns what the button beside each passkey does; null if the owner can remove no passkey of the device now. */
  #removal(device: MyDevice): ((passkey: MyDevice['passkeys'][number]) => void) | null {
    if (!device.operations.includes(REMOVE_PASSKEY)) return null;
    return (passkey) => {
      const detail = { device, passkey };
      this.dispatchEvent(
        new CustomEvent('remove-passkey', { detail, bubbles: true, composed: true }) satisfies RemovePasskeyEvent,
      );
    };
  }

  /** Shows what an operator asks for, with the button that starts it. */
  #work(device: MyDevice, work: MyDevice['work'][number], rank: Rank): TemplateResult {
    const offered = this.operations.find(({ kind }) => kind === work.kind && device.operations.includes(kind));
    return html`<div class="next work">
      <div class="advice">
        ${adviceText(workAdviceFor(work))}
        <p class="muted">${text.work.asked(work.askedBy, formatDate(work.askedAt), formatDate(work.expiresAt))}</p>
      </div>
      ${
        offered === undefined
          ? nothing
          : html`<div class="ways">${this.#operationButton(device, offered, rank, work.id)}</div>`
      }
    </div>`;
  }

  #operationButton(device: MyDevice, { kind, label }: OfferedOperation, rank: Rank, work?: string): TemplateResult {
    const detail = { kind, device, ...(work === undefined ? {} : { work }) };
    const press = (): void =>
      void this.dispatchEvent(
        new CustomEvent('operation-wanted', { detail, bubbles: true, composed: true }) satisfies OperationWantedEvent,
      );
    return html`<button
      type="button"
      class=${rank === 'primary' ? rank : ''}
      data-operation=${kind}
      aria-describedby="name"
      aria-haspopup="dialog"
      @click=${press}
    >
      ${label}
    </button>`;
  }

  #deleteButton(detail: MyDevice): TemplateResult {
    const press = (): void =>
      void this.dispatchEvent(
        new CustomEvent('delete-mobile', { detail, bubbles: true, composed: true }) satisfies DeleteMobileEvent,
      );
    return html`<button
      type="button"
      data-action="delete-mobile"
      aria-describedby="name"
      aria-haspopup="dialog"
      @click=${press}
    >
      ${text.deleteMobile.label}
    </button>`;
  }

  #renameButton(detail: MyDevice): TemplateResult {
    const press = (): void =>
      void this.dispatchEvent(
        new CustomEvent('rename-device', { detail, bubbles: true, composed: true }) satisfies RenameDeviceEvent,
      );
    return html`<button
      type="button"
      class="rename"
      data-action="rename"
      aria-describedby="name"
      aria-haspopup="dialog"
      @click=${press}
    >
      ${text.rename.label}
    </button>`;
  }

  #reportButton(device: MyDevice, way: ReportWay, rank: Rank): TemplateResult {
    const detail = { way, device };
    const press = (): void =>
      void this.dispatchEvent(
        new CustomEvent('report-wanted', { detail, bubbles: true, composed: true }) satisfies ReportWantedEvent,
      );
    const { label, takeBack, replace } = text.report;
    return html`<button
      type="button"
      class=${rank === 'primary' ? rank : ''}
      data-action=${way}
      aria-describedby="name"
      aria-haspopup="dialog"
      @click=${press}
    >
      ${{ report: label, takeBack, replace }[way]}
    </button>`;
  }

  #next(device: MyDevice): TemplateResult | typeof nothing {
    const advice = adviceFor(device);
    if (advice === null) return nothing;
    return html`<div class="next ${device.state}">${adviceText(advice)} ${this.#ways(device)}</div>`;
  }

  #code(device: MyDevice): TemplateResult | typeof nothing {
    const advice = codeAdviceFor(device);
    return advice === null ? nothing : html`<div class="next code">${adviceText(advice)}</div>`;
  }

  #ways(device: MyDevice): TemplateResult | typeof nothing {
    if (isPinToBeSet(device)) {
      const setPin = { kind: CHANGE_PIN, label: text.setOwnPin };
      return html`<div class="ways">${this.#operationButton(device, setPin, 'primary')}</div>`;
    }
    const { takeBack, replace } = device.reportActions;
    if (takeBack || replace)
      return html`<div class="ways">
        ${replace ? this.#reportButton(device, 'replace', 'primary') : nothing}
        ${takeBack ? this.#reportButton(device, 'takeBack', 'plain') : nothing}
      </div>`;
    if (device.ownerActions.length === 0) return nothing;
    return html`<div class="ways">
      ${device.ownerActions.map((way, index) => this.#button(device, way, index === 0 ? 'primary' : 'plain'))}
    </div>`;
  }

  #button(device: MyDevice, way: OwnerAction, rank: Rank): TemplateResult {
    const detail = { way, device };
    return html`<button
      type="button"
      class=${rank === 'primary' ? rank : ''}
      data-action=${way}
      aria-describedby="name"
      @click=${() => this.dispatchEvent(new CustomEvent('owner-action', { detail, bubbles: true, composed: true }) satisfies OwnerActionEvent)}
    >
      ${way === 'continue' ? text.finishSetup : text.startAgain}
    </button>`;
  }
}

function adviceText({ what, todo, asksHelpDesk }: CardAdvice): TemplateResult {
  const contact = asksHelpDesk ? helpDeskContact() : null;
  return html`<div class="advice">
    <p class="what">${what}</p>
    <p>${todo}</p>
    ${contact === null ? nothing : html`<p>${contact}</p>`}
  </div>`;
}

/** How much a button stands out among its neighbours. */
type Rank = 'primary' | 'plain';

const CHANGE_PIN = 'change-pin';
const RENEW = 'renew';
const REMOVE_PASSKEY = 'remove-passkey';

/** True for the renewal of a device that expires within days, or has expired. */
const isUrgent = ({ expiry }: MyDevice, { kind }: OfferedOperation): boolean => kind === RENEW && expiry !== null;

/** True if the owner should set a PIN: the device is active, still has its initial PIN, and the PIN can be changed. */
const isPinToBeSet = ({ state, hasInitialPin, operations }: MyDevice): boolean =>
  state === 'active' && hasInitialPin && operations.includes(CHANGE_PIN);
