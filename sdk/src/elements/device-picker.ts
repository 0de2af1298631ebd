import type { DeviceId } from '@cardwright/protocol/devices';
import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { JudgedDevice } from './judged-device.js';
import { nameOfModel } from './text.js';
import { theme } from './theme.js';
import { WordedElement } from './worded-element.js';

/**
 * A list of devices, from which the user can select one device. A device that cannot be selected shows the reason. The reader is always
 * shown, because it may be the only difference between two cards. Fires `device-selected` (detail: the id of the device).
 */
@customElement('cardwright-device-picker')
export class DevicePicker extends WordedElement {
  static override readonly styles = [
    theme,
    css`
      ul {
        display: grid;
        gap: var(--space-2);
        list-style: none;
      }

      fieldset {
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }

      .device {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: var(--space-3);
        padding: var(--space-3) var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        overflow-wrap: anywhere;
      }

      label.device {
        border-color: var(--line-strong);
        cursor: pointer;
      }

      label.device:hover {
        background: var(--surface-raised);
      }

      label.device:has(input:checked) {
        border-color: var(--accent);
        background: var(--accent-soft);
        box-shadow: inset 0 0 0 1px var(--accent);
      }

      label.device:has(input:focus-visible) {
        outline: 3px solid var(--accent);
        outline-offset: 2px;
      }

      input {
        width: 1.25rem;
        height: 1.25rem;
        margin: 2px 0 0;
        accent-color: var(--accent);
      }

      input:focus-visible {
        outline: none;
      }

      .unusable {
        grid-template-columns: minmax(0, 1fr);
        background: var(--surface-raised);
      }

      .name {
        font-weight: 600;
      }

      .facts {
        display: block;
        font-size: 0.875rem;
        color: var(--text-muted);
      }

      .reason {
        display: block;
        margin-top: var(--space-1);
        font-size: 0.875rem;
        color: var(--warn);
      }

      .action {
        display: inline-block;
        margin: var(--space-1) 0;
        padding: 0 var(--space-2);
        border-radius: 999px;
        background: var(--accent-soft);
        color: var(--accent);
        font-size: 0.8125rem;
        font-weight: 600;
      }

      .action.erase {
        background: var(--warn-soft);
        color: var(--warn);
      }
    `,
  ];

  /** Text shown on a device that cannot be selected, if the CMS gives no reason. */
  @property() accessor notSupported = '';
  /** Text shown on a device on which an interrupted operation would continue. */
  @property() accessor resume = '';
  @property({ attribute: false }) accessor devices: readonly JudgedDevice[] = [];
  @property({ attribute: false }) accessor selected: DeviceId | null = null;
  /** Accessible name of the list, for users who do not see the heading above it. */
  @property() accessor label = '';

  protected override render(): TemplateResult {
    return html`<fieldset aria-label=${this.label}>
      <ul>
        ${repeat(
          this.devices,
          ({ device }) => device.id,
          (judged) => html`<li>${judged.action === null ? this.#refused(judged) : this.#choice(judged)}</li>`,
        )}
      </ul>
    </fieldset>`;
  }

  #choice(judged: JudgedDevice): TemplateResult {
    const { id } = judged.device;
    return html`<label class="device">
      <input
        type="radio"
        name="device"
        .value=${id}
        .checked=${id === this.selected}
        @change=${() => this.dispatchEvent(new CustomEvent<DeviceId>('device-selected', { detail: id }))}
      />
      ${this.#description(judged, judged.reason)}
    </label>`;
  }

  #refused(judged: JudgedDevice): TemplateResult {
    return html`<div class="device unusable">${this.#description(judged, judged.reason ?? this.notSupported)}</div>`;
  }

  #description({ device, action }: JudgedDevice, reason: string | null): TemplateResult {
    const { serial, reader } = device;
    const label = action === 'continue' ? this.resume : action === 'erase' ? this.text.eraseAndUse : null;
    return html`<span>
      <span class="name">${nameOfModel(this.text, device)}</span>
      ${serial === null ? nothing : html`<span class="facts">${this.text.serial(serial)}</span>`}
      <span class="facts">${this.text.inReader(reader)}</span>
      ${label === null ? nothing : html`<span class="action ${action ?? ''}">${label}</span>`}
      ${reason === null ? nothing : html`<span class="reason">${reason}</span>`}
    </span>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'cardwright-device-picker': DevicePicker;
  }
}
