import type { PasskeyPolicy } from '@cardwright/cms';
import { FIDO_PIN_LENGTH } from '@cardwright/protocol';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { OfferedService } from '../api.js';
import { check, choice, keyOf, textOf, wholeNumber } from './form-fields.js';
import { USUAL_PASSKEYS } from './security-key-policy.js';

const WAYS: Readonly<Record<PasskeyPolicy['ways'][number], string>> = {
  host: 'by the host',
  page: 'in the portal’s page',
  window: 'in a service window',
};
const NO_WAY = 'none';
const PLACES = ['How it is created', 'If that is not possible', 'If neither is'] as const;
const PINS = { separate: 'a PIN of its own', shared: 'the device PIN' } as const;
const UNPROVED = { accept: 'accept and label it', refuse: 'refuse it' } as const;
const RESETS = { allow: 'reset with consent', refuse: 'end the issuance' } as const;

const SERVICE = 'passkeyService';
const wayField = (place: number): string => `passkeyWay${place + 1}`;

/** How it is done matters only once a service is chosen. */
export const passkeyFieldStyles = css`
  .services {
    display: flex;
    flex-wrap: wrap;
    grid-column: 1 / -1;
    gap: var(--space-2) var(--space-5);
  }

  fieldset:has(.services):not(:has([name='passkeyService']:checked)) > label {
    display: none;
  }
`;

/** The part of a policy's form that is about passkeys. */
export function passkeyFields(policy: PasskeyPolicy | undefined, offered: readonly OfferedService[]): TemplateResult {
  const { services, ways, pin, pinRules, unproved, reset } = policy ?? USUAL_PASSKEYS;
  const unknown = services.filter((name) => !offered.some((service) => service.name === name));
  const options = { ...WAYS, [NO_WAY]: 'none' };
  return html`<fieldset>
    <legend>Passkeys <span class="muted">(the device gets one at each service)</span></legend>
    <div class="services">
      ${offered.map(({ name, title, rpId }) =>
        check(SERVICE, title === rpId ? title : `${title} (${rpId})`, services.includes(name), name),
      )}
      ${unknown.map((name) => check(SERVICE, `${name} (no longer configured)`, true, name))}
      ${
        offered.length + unknown.length === 0
          ? html`<p class="muted">No passkey service is configured for this portal.</p>`
          : nothing
      }
    </div>
    ${PLACES.map((label, place) => choice(wayField(place), label, ways[place] ?? NO_WAY, place === 0 ? WAYS : options))}
    ${choice('passkeyUnproved', 'A passkey that is not proved to be on the device', unproved, UNPROVED)}
    ${choice('passkeyPin', 'PIN of the FIDO application', pin, PINS)}
    ${wholeNumber('passkeyPinLength', 'Shortest FIDO PIN of its own', pinRules.minLength, FIDO_PIN_LENGTH.min, FIDO_PIN_LENGTH.max)}
    ${choice('passkeyReset', 'If the user does not know its PIN', reset, RESETS)}
    ${check('passkeyPinTrivial', 'Refuse repeated and consecutive characters in a FIDO PIN', pinRules.forbidTrivial)}
  </fieldset>`;
}

/** The passkeys of a policy as they were entered; undefined where no service is chosen. */
export function readPasskeys(entered: FormData): PasskeyPolicy | undefined {
  const services = entered.getAll(SERVICE).filter((value) => typeof value === 'string');
  if (services.length === 0) return undefined;
  const ways = PLACES.map((_, place) => keyOf(WAYS, textOf(entered, wayField(place))));
  return {
    services,
    ways: [...new Set(ways.filter((way) => way !== undefined))],
    pin: keyOf(PINS, textOf(entered, 'passkeyPin')) ?? USUAL_PASSKEYS.pin,
    pinRules: {
      minLength: Number(textOf(entered, 'passkeyPinLength')),
      forbidTrivial: entered.has('passkeyPinTrivial'),
    },
    unproved: keyOf(UNPROVED, textOf(entered, 'passkeyUnproved')) ?? USUAL_PASSKEYS.unproved,
    reset: keyOf(RESETS, textOf(entered, 'passkeyReset')) ?? USUAL_PASSKEYS.reset,
  };
}
