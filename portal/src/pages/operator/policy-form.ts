import { isCardwrightError } from '@cardwright/protocol';
import { KEY_ALGORITHMS, MANAGEMENT_KEY_ALGORITHMS, SLOTS, type Slot } from '@cardwright/protocol/devices';
import { buttons, theme } from '@cardwright/sdk/elements';
import { LitElement, css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import {
  call,
  type DevicePolicy,
  type ModelPolicy,
  type OfferedService,
  type Policies,
  type PoliciesRead,
} from '../api.js';
import { fields } from '../form-styles.js';
import { may } from '../rights.js';
import { messageOf, modelNameOf, text } from '../text.js';
import { check, choice, keyOf, textOf, wholeNumber } from './form-fields.js';
import { passkeyFieldStyles, passkeyFields, readPasskeys } from './passkey-fields.js';
import { pinFields, readPin } from './pin-fields.js';
import './proof-dialog.js';
import type { ProofDialog } from './proof-dialog.js';
import { factoryFields, readFactory } from './factory-fields.js';
import { NO_FACTORY_VALUES, SECURITY_KEY } from './security-key-policy.js';
import { readRenewedKeys, renewedKeyField } from './renewed-key-fields.js';
import { sendWithConsent } from './send-with-consent.js';
import './vendor-certificates.js';
import { operatorText } from '../operator-text.js';
import { UnsavedEntries } from './unsaved-entries.js';

const LEFT_OUT = 'none';
const { policies: texts } = operatorText;

/**
 * The policy of one model. The form can set the factory's secrets, but does not show them. After a change, the element dispatches `policies-read`
 * with the current policies.
 */
@customElement('portal-policy-form')
export class PolicyForm extends LitElement {
  static override readonly styles = [
    theme,
    buttons,
    fields,
    passkeyFieldStyles,
    css`
      article,
      form {
        display: grid;
        gap: var(--space-5);
      }

      article {
        padding: var(--space-5);
        border: 1px solid var(--line);
        border-radius: calc(var(--radius) + 4px);
        background: var(--surface);
      }

      portal-vendor-certificates {
        padding-top: var(--space-5);
        border-top: 1px solid var(--line);
      }

      h2 {
        font-size: 1.125rem;
      }

      fieldset {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr));
        gap: var(--space-3) var(--space-4);
        align-items: end;
        margin: 0;
        padding: 0;
        border: 0;
      }

      /* Only closes the fields for those who may not change them. */
      fieldset.whole {
        display: contents;
      }

      legend {
        margin-bottom: var(--space-2);
        padding: 0;
        font-weight: 650;
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

  @property({ attribute: false }) accessor stored: ModelPolicy | null = null;
  @property({ attribute: false }) accessor services: readonly OfferedService[] = [];
  /** Set if the server does not have the policy yet. */
  @property({ type: Boolean }) accessor unsaved = false;
  @state() private accessor outcome: { readonly text: string; readonly isProblem: boolean } | null = null;
  @query('portal-proof-dialog') private accessor proofDialog: ProofDialog | null = null;
  @query('form') private accessor form: HTMLFormElement | null = null;
  readonly #entries = new UnsavedEntries(() => this.form);
  /** Set if there were unsaved entries before the update under way: they do not count as saved after it. */
  #hadUnsaved = false;

  /** True if the form has entries that the server does not have. */
  get hasUnsaved(): boolean {
    return this.stored !== null && (this.unsaved || this.#entries.areThere);
  }

  protected override willUpdate(): void {
    this.#hadUnsaved = this.hasUpdated && this.#entries.areThere;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('stored') && !this.#hadUnsaved) this.#entries.keep();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.stored === null) return nothing;
    const { model, policy } = this.stored;
    const name = modelNameOf({ model, ...policy });
    return html`<article aria-labelledby="model">
      <h2 id="model">${name} <span class="muted">${model}</span></h2>
      ${this.#form(name, policy, model === SECURITY_KEY)}
      ${
        model === SECURITY_KEY
          ? nothing
          : html`<portal-vendor-certificates
              .model=${model}
              @trust-changed=${this.#reloadTrust}
            ></portal-vendor-certificates>`
      }
      <portal-proof-dialog></portal-proof-dialog>
    </article>`;
  }

  /** Renders the form. @param isKey true if the model's devices have no smart card; leaves out the fields for smart cards */
  #form(name: string, policy: DevicePolicy, isKey: boolean): TemplateResult {
    const unproven = choice(
      'unprovenKeys',
      isKey ? texts.unprovenPasskeys : texts.unprovenKeys,
      policy.unprovenKeys,
      UNPROVEN_KEYS,
    );
    const isOpen = may('change-policies');
    return html`<form @submit=${this.#submit} aria-label=${texts.formOf(name)}>
      <fieldset class="whole" ?disabled=${!isOpen}>
        ${isKey ? nothing : certificateFields(policy)} ${passkeyFields(policy.passkeys, this.services)}
        ${
          isKey
            ? html`<fieldset>
                <legend>${texts.attestation}</legend>
                ${unproven}
              </fieldset>`
            : html`${pinFields(policy)} ${cardFields(policy, unproven)} ${isOpen ? factoryFields() : nothing}`
        }
      </fieldset>
      <footer>
        ${
          this.outcome === null
            ? nothing
            : html`<p role="status" class=${this.outcome.isProblem ? 'problem' : 'muted'}>${this.outcome.text}</p>`
        }
        ${isOpen ? html`<button type="submit" class="primary">${texts.save}</button>` : nothing}
      </footer>
    </form>`;
  }

  /** Reads the policies again, so that saving the form keeps the trusted certificates that were imported meanwhile. The entries in the form stay. */
  readonly #reloadTrust = async (): Promise<void> => {
    this.#show(await call('GET /api/operator/policy'));
  };

  #show(read: Policies): void {
    this.stored = read.policies.find(({ model }) => model === this.stored?.model) ?? this.stored;
    this.dispatchEvent(new CustomEvent('policies-read', { detail: read }) satisfies PoliciesRead);
  }

  readonly #submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement) || this.stored === null) return;
    const { model, policy } = this.stored;
    const entered = new FormData(form);
    try {
      const factory = this.unsaved ? NO_FACTORY_VALUES : readFactory(entered);
      const change = { model, policy: read(entered, policy), ...(factory === null ? {} : { factory }) };
      const answer = await sendWithConsent(this.proofDialog, (given) =>
        call('PUT /api/operator/policy', { body: { ...change, ...given } }),
      );
      if (answer === null) return;
      const isSaved = answer.outcome === 'saved';
      if (isSaved) this.unsaved = false;
      this.outcome = {
        text: isSaved ? texts.saved : texts.proposed,
        isProblem: false,
      };
      this.#show(answer);
      for (const input of form.querySelectorAll<HTMLInputElement>('[type=password]')) input.value = '';
      await this.updateComplete;
      this.#entries.keep();
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      const where = isCardwrightError(error, 'INVALID_PARAMS') ? ` (${error.data.path}: ${error.data.problem})` : '';
      this.outcome = { text: `${messageOf(error)}${where}`, isProblem: true };
    }
  };
}

/**
 * Regular expression for one entry in the field of the factory keys' algorithms: the first firmware version and the algorithm, as in `5.7: AES-192`.
 */
const FACTORY_KEY = `\\d+(\\.\\d+)*: *(${MANAGEMENT_KEY_ALGORITHMS.join('|')})`;

const UNPROVEN_KEYS = texts.unproven;
const CANNOT_SIGN = texts.certificates.whereItCannot;

const certificateFields = (policy: DevicePolicy): TemplateResult =>
  html`<fieldset>
    <legend>${texts.certificates.title}</legend>
    ${SLOTS.map((slot) => slotField(slot, policy))} ${SLOTS.map((slot) => renewedKeyField(slot, policy))}
    ${wholeNumber('certificateDays', texts.certificates.days, policy.certificateDays, 1, 3650)}
    ${wholeNumber('renewalDays', texts.certificates.renewalDays, policy.renewalDays, 1, 3650)}
    ${choice('keyManagementCannotSign', texts.certificates.cannotSign, policy.keyManagementCannotSign, CANNOT_SIGN)}
  </fieldset>`;

const cardFields = (policy: DevicePolicy, unproven: TemplateResult): TemplateResult =>
  html`<fieldset>
    <legend>${texts.card.title}</legend>
    ${choice(
      'managementKeyAlgorithm',
      texts.card.algorithm,
      policy.managementKeyAlgorithm,
      Object.fromEntries(MANAGEMENT_KEY_ALGORITHMS.map((name) => [name, name])),
    )}
    <label>
      ${texts.card.factoryAlgorithm}
      <input
        name="factoryKeyAlgorithms"
        required
        autocomplete="off"
        pattern=${`${FACTORY_KEY}( *, *${FACTORY_KEY})*`}
        title=${texts.card.factoryAlgorithmForm}
        .value=${policy.factoryKeyAlgorithms.map(({ from, algorithm }) => `${from}: ${algorithm}`).join(', ')}
      />
    </label>
    ${check('acceptFixedManagementKey', texts.card.acceptFixed, { isChecked: policy.acceptFixedManagementKey })}
    ${unproven}
    <label>
      ${texts.withoutSerialBefore}
      <input
        name="withoutSerialBefore"
        autocomplete="off"
        pattern="\\d{1,3}(\\.\\d{1,3}){0,2}"
        title=${texts.withoutSerialForm}
        .value=${policy.withoutSerialBefore ?? ''}
      />
    </label>
    ${choice('reset', texts.card.used, policy.reset, texts.card.reset)}
  </fieldset>`;

function slotField(slot: Slot, { slots }: DevicePolicy): TemplateResult {
  const options = {
    ...Object.fromEntries(KEY_ALGORITHMS.map((name) => [name, name])),
    [LEFT_OUT]: texts.certificates.noKey,
  };
  return choice(slot, `${slot} ${text.purposes[slot]}`, slots[slot] ?? LEFT_OUT, options);
}

/** Reads algorithms such as `0: 3DES, 5.7: AES-192`. Returns undefined if an algorithm is unknown. */
function readFactoryKeys(entered: string): DevicePolicy['factoryKeyAlgorithms'] | undefined {
  const pairs = entered.split(',').map((pair) => {
    const [from = '', name] = pair.split(':').map((part) => part.trim());
    const algorithm = MANAGEMENT_KEY_ALGORITHMS.find((known) => known === name);
    return algorithm && { from, algorithm };
  });
  const known = pairs.filter((pair) => pair !== undefined);
  return known.length === pairs.length ? known : undefined;
}

/** Reads the policy as entered. Settings without a field stay as in `before`. Does not validate the policy, because the server does. */
function read(entered: FormData, before: DevicePolicy): DevicePolicy {
  const policy = {
    ...before,
    passkeys: readPasskeys(entered),
    unprovenKeys: keyOf(UNPROVEN_KEYS, textOf(entered, 'unprovenKeys')) ?? before.unprovenKeys,
  };
  return entered.has('certificateDays') ? { ...policy, ...readCard(entered, before) } : policy;
}

/** Reads the fields for smart cards, which the form for security keys does not have. */
function readCard(entered: FormData, before: DevicePolicy): Partial<DevicePolicy> {
  const slots: DevicePolicy['slots'] = {};
  for (const slot of SLOTS) {
    const algorithm = KEY_ALGORITHMS.find((name) => name === textOf(entered, slot));
    if (algorithm !== undefined) slots[slot] = algorithm;
  }
  const managementKeyAlgorithm = textOf(entered, 'managementKeyAlgorithm');
  return {
    slots,
    certificateDays: Number(textOf(entered, 'certificateDays')),
    renewalDays: Number(textOf(entered, 'renewalDays')),
    renewedKeys: readRenewedKeys(entered),
    keyManagementCannotSign:
      keyOf(CANNOT_SIGN, textOf(entered, 'keyManagementCannotSign')) ?? before.keyManagementCannotSign,
    reset: textOf(entered, 'reset') === 'refuse' ? 'refuse' : 'allow',
    managementKeyAlgorithm:
      MANAGEMENT_KEY_ALGORITHMS.find((name) => name === managementKeyAlgorithm) ?? before.managementKeyAlgorithm,
    factoryKeyAlgorithms: readFactoryKeys(textOf(entered, 'factoryKeyAlgorithms')) ?? before.factoryKeyAlgorithms,
    acceptFixedManagementKey: entered.has('acceptFixedManagementKey'),
    withoutSerialBefore: textOf(entered, 'withoutSerialBefore').trim() || null,
    ...readPin(entered, before),
  };
}
