import { isCardwrightError } from '@cardwright/protocol';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { call, type Action, type DifferingDevice, type DifferingDevices } from '../api.js';
import { fields } from '../form-styles.js';
import { PageProblem, problemStyles } from '../page-problem.js';
import { text } from '../text.js';
import { identityOf, nameOf } from './device-facts.js';
import { operatorText } from '../operator-text.js';

const { differences: words, actions } = operatorText;

/** Days for which work waits if the operator enters no other number. */
const USUAL_DAYS = 30;

/** The active devices that differ from the policy of their model, each with its differences, and the form with which their owners are asked. */
@customElement('portal-differing-devices')
export class DifferingDevicesPage extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
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

      form label:first-of-type {
        flex: 1 1 16rem;
      }

      ul {
        display: grid;
        gap: var(--space-2);
        padding: 0;
        list-style: none;
      }

      .devices > li {
        padding: var(--space-3) var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--surface);
        overflow-wrap: anywhere;
      }

      .devices ul {
        gap: var(--space-1);
        margin-top: var(--space-1);
        padding-left: var(--space-5);
        list-style: disc;
      }

      .name {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2);
      }
    `,
  ];

  @state() private accessor found: DifferingDevices | null = null;
  /** Ids of the chosen devices. */
  @state() private accessor chosen: ReadonlySet<string> = new Set();
  @state() private accessor outcome = '';
  @query('#outcome') private accessor outcomeLine: HTMLElement | null = null;
  readonly #problem = new PageProblem(this);
  #isBusy = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#problem.during(this.#load());
  }

  protected override render(): TemplateResult {
    return html`${this.#problem.render()}
      <p>${words.intro}</p>
      <p id="outcome" class=${this.outcome === '' ? 'visually-hidden' : 'muted'} role="status" tabindex="-1">
        ${this.outcome}
      </p>
      ${this.found === null ? nothing : this.#list(this.found)}`;
  }

  #list({ devices, next }: DifferingDevices): TemplateResult {
    if (devices.length === 0 && next === null) return html`<p>${words.none}</p>`;
    return html`${devices.some(canAsk) ? this.#form(devices.filter(canAsk)) : nothing}
      <ul class="devices">
        ${repeat(
          devices,
          ({ device }) => device.id,
          (one) => this.#device(one),
        )}
      </ul>
      ${
        next === null
          ? nothing
          : html`<p>
              <button type="button" id="more" @click=${() => void this.#problem.during(this.#more(next))}>
                ${words.more}
              </button>
            </p>`
      }`;
  }

  #form(open: readonly DifferingDevice[]): TemplateResult {
    const all = open.map(({ device }) => device.id);
    return html`<form @submit=${this.#submit}>
      <label for="reason">
        ${actions.reason}
        <input id="reason" name="reason" maxlength="200" required autocomplete="off" />
      </label>
      <label for="days">
        ${actions.days}
        <input id="days" name="days" type="number" min="1" max="365" required value=${USUAL_DAYS} />
      </label>
      <button type="button" id="all" @click=${() => this.#choose(all)}>${words.chooseAll}</button>
      <button type="submit" id="ask" class="primary" ?disabled=${this.chosen.size === 0}>
        ${words.ask(this.chosen.size)}
      </button>
    </form>`;
  }

  #device(one: DifferingDevice): TemplateResult {
    const { device, differences } = one;
    const { id } = device;
    return html`<li>
      <div class="name">
        ${
          canAsk(one)
            ? html`<input
                type="checkbox"
                aria-labelledby="name-${id}"
                .checked=${this.chosen.has(id)}
                @change=${() => this.#toggle(id)}
              />`
            : nothing
        }
        <a id="name-${id}" href="/operator/devices/${id}">${nameOf(device)}</a>
        <span class="muted">${identityOf(device)}</span>
      </div>
      <ul>
        ${differences.map((difference) => html`<li>${wordsOf(difference)} ${obstacleTo(difference)}</li>`)}
      </ul>
      <p class="muted">${whatHelps(one)}</p>
    </li>`;
  }

  #toggle(id: string): void {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen = chosen;
  }

  #choose(ids: readonly string[]): void {
    this.chosen = new Set(ids);
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (this.#isBusy || !(event.target instanceof HTMLFormElement)) return;
    const form = new FormData(event.target);
    const entered = form.get('reason');
    const reason = typeof entered === 'string' ? entered.trim() : '';
    if (reason === '') return;
    void this.#problem.during(this.#ask({ reason, days: Number(form.get('days')) }));
  };

  /**
   * Asks the owners of the chosen devices. A device for which two works are needed gets the second after its page was read again, because the first
   * has changed what an operator decides on. A device that has changed since is left out.
   */
  async #ask(about: { readonly reason: string; readonly days: number }): Promise<void> {
    this.#isBusy = true;
    const left = new Set(this.chosen);
    const asked = new Set<string>();
    try {
      for (let open = this.#chosenOf(left); open.length > 0; open = this.#chosenOf(left)) {
        for (const one of open)
          if (await askFor(one, about)) asked.add(one.device.id);
          else left.delete(one.device.id);
        await this.#load();
      }
    } finally {
      this.#isBusy = false;
      this.#choose([]);
    }
    this.outcome = words.asked(asked.size);
    await this.updateComplete;
    this.outcomeLine?.focus();
  }

  #chosenOf(ids: ReadonlySet<string>): DifferingDevice[] {
    return (this.found?.devices ?? []).filter((one) => ids.has(one.device.id) && canAsk(one));
  }

  async #load(): Promise<void> {
    this.found = await call('GET /api/operator/differences', { query: {} });
  }

  async #more(after: string): Promise<void> {
    const { devices, next } = await call('GET /api/operator/differences', { query: { after } });
    this.found = { devices: [...(this.found?.devices ?? []), ...devices], next };
  }
}

/** Returns the action that asks for the first of the works that a device needs and that do not wait yet. */
const actionFor = ({ device, work }: DifferingDevice): Action | undefined =>
  work.includes('erase')
    ? undefined
    : device.actions.find(({ asksFor }) => asksFor !== null && work.some((kind) => kind === asksFor));

const canAsk = (one: DifferingDevice): boolean => actionFor(one) !== undefined;

/** Asks the owner of a device. Returns false if the device has changed since it was read. */
async function askFor(
  one: DifferingDevice,
  about: { readonly reason: string; readonly days: number },
): Promise<boolean> {
  const { id, version: seen } = one.device;
  const action = actionFor(one)?.name;
  if (action === undefined) return false;
  try {
    await call('POST /api/operator/devices/{id}/{action}', { parameters: { id, action }, body: { seen, ...about } });
    return true;
  } catch (error) {
    if (isCardwrightError(error, 'DEVICE_CHANGED') || isCardwrightError(error, 'DEVICE_STATE')) return false;
    throw error;
  }
}

function wordsOf(difference: DifferingDevice['differences'][number]): string {
  const { kinds } = words;
  switch (difference.kind) {
    case 'slot-gone':
      return kinds.slotGone(text.purposes[difference.slot], difference.slot);
    case 'slot-new':
      return kinds.slotNew(text.purposes[difference.slot], difference.slot, difference.algorithm);
    case 'algorithm':
      return kinds.algorithm(text.purposes[difference.slot], difference.slot, difference.from, difference.to);
    case 'days':
      return kinds.days(difference.from, difference.to);
    case 'pin-rules':
      return kinds.pinRules;
    case 'passkey-new':
      return kinds.passkeyNew(difference.service);
    case 'passkey-gone':
      return kinds.passkeyGone(difference.service);
  }
}

/** Says why an update does not remove a difference; empty if it does, or if something else removes the difference. */
function obstacleTo(difference: DifferingDevice['differences'][number]): string {
  if (!('obstacle' in difference) || difference.obstacle === null) return '';
  return words.obstacles[difference.obstacle];
}

/** Says which work removes the differences of a device, and what waits already. */
function whatHelps({ device, differences, work }: DifferingDevice): string {
  if (work.includes('erase')) return words.issueAgain;
  const waiting = work.filter((kind) => device.work.some((one) => one.kind === kind));
  const missing = work.filter((kind) => !waiting.includes(kind));
  const hasPasskeys = differences.some((difference) => 'service' in difference);
  return [
    ...missing.map((kind) => words.helps[kind]),
    ...waiting.map((kind) => words.waits[kind]),
    ...(hasPasskeys ? [words.ownPasskeys] : []),
  ].join(' ');
}

declare global {
  interface HTMLElementTagNameMap {
    'portal-differing-devices': DifferingDevicesPage;
  }
}
