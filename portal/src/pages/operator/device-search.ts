import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { DeviceDescription, DeviceQuery } from '../api.js';
import { fields } from '../form-styles.js';
import { text } from '../text.js';

/** Fired when the operator searches for devices. Its detail is the filter, which is empty if all devices are to be shown. */
export type SearchEvent = CustomEvent<DeviceQuery>;

/** A model of devices, with its common name. */
export interface ModelName {
  readonly model: string;
  readonly name: string;
}

/** Maximum numbers of characters that the server accepts in the fields. */
const LONGEST_OWNER = 80;
const LONGEST_SERIAL = 40;

/** The periods in which certificates end that an operator can search for, in the order of the field. */
const EXPIRIES = ['ended', 'week', 'two-weeks', 'four-weeks', 'twelve-weeks'] as const satisfies readonly Expiry[];
type Expiry = NonNullable<DeviceQuery['expiry']>;
/** The value of the field that finds devices for which work waits. */
const WAITS = 'waits' satisfies DeviceQuery['work'];

/** The value of the field that finds devices of people who may no longer sign in. */
const LEFT = 'yes' satisfies DeviceQuery['left'];

/** The fields for an operator's search of devices. Fires `search` (see `SearchEvent`). */
@customElement('portal-device-search')
export class DeviceSearch extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    css`
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: var(--space-3);
        margin-bottom: var(--space-5);
      }

      label {
        flex: 1 1 8.75rem;
      }

      /* A select is otherwise slightly lower than an input. */
      label > * {
        height: 2.625rem;
      }

      .actions {
        display: flex;
        gap: var(--space-2);
      }
    `,
  ];

  @property({ attribute: false }) accessor models: readonly ModelName[] = [];
  @query('form') private accessor form: HTMLFormElement | null = null;

  protected override render(): TemplateResult {
    const { list, states, serialNumber } = text;
    return html`<form role="search" @submit=${this.#submit} @reset=${this.#reset}>
      <label>${list.owner}<input name="owner" maxlength=${LONGEST_OWNER} autocomplete="off" /></label>
      <label>
        ${serialNumber}
        <input name="serial" maxlength=${LONGEST_SERIAL} autocomplete="off" />
      </label>
      <label>
        ${list.state}
        <select name="state">
          <option value="">${list.everyState}</option>
          ${Object.entries(states).map(([state, name]) => html`<option value=${state}>${name}</option>`)}
        </select>
      </label>
      <label>
        ${list.model}
        <select name="model">
          <option value="">${list.everyModel}</option>
          ${this.models.map(({ model, name }) => html`<option value=${model}>${name}</option>`)}
        </select>
      </label>
      <label>
        ${list.expiry}
        <select name="expiry">
          <option value="">${list.everyExpiry}</option>
          ${EXPIRIES.map((expiry) => html`<option value=${expiry}>${list.expiries[expiry]}</option>`)}
        </select>
      </label>
      <label>
        ${list.work}
        <select name="work">
          <option value="">${list.anyWork}</option>
          <option value=${WAITS}>${list.workWaits}</option>
        </select>
      </label>
      <label>
        ${list.left}
        <select name="left">
          <option value="">${list.everyone}</option>
          <option value=${LEFT}>${list.onlyLeft}</option>
        </select>
      </label>
      <span class="actions">
        <button type="submit" id="search">${list.search}</button>
        <button type="reset" id="show-all">${list.showAll}</button>
      </span>
    </form>`;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.form) this.#search(queryOf(new FormData(this.form)));
  };

  readonly #reset = (): void => this.#search({});

  #search(detail: DeviceQuery): void {
    this.dispatchEvent(new CustomEvent('search', { detail }) satisfies SearchEvent);
  }
}

/** Makes a filter from the fields that are filled in. */
function queryOf(form: FormData): DeviceQuery {
  const valueOf = (name: string): string | undefined => {
    const value = form.get(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const state = valueOf('state');
  const expiry = EXPIRIES.find((one) => one === valueOf('expiry'));
  const [owner, serial, model] = ['owner', 'serial', 'model'].map(valueOf);
  return {
    ...(isState(state) ? { state } : {}),
    ...(expiry === undefined ? {} : { expiry }),
    ...(valueOf('work') === WAITS ? { work: WAITS } : {}),
    ...(valueOf('left') === LEFT ? { left: LEFT } : {}),
    ...(owner === undefined ? {} : { owner }),
    ...(serial === undefined ? {} : { serial }),
    ...(model === undefined ? {} : { model }),
  };
}

const isState = (value: string | undefined): value is DeviceDescription['state'] =>
  value !== undefined && value in text.states;

declare global {
  interface HTMLElementTagNameMap {
    'portal-device-search': DeviceSearch;
  }
}
