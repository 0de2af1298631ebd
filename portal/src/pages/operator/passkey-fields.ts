import type { PasskeyPolicy } from '@cardwright/cms/policies';
import { FIDO_PIN_LENGTH } from '@cardwright/protocol/devices';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { OfferedService } from '../api.js';
import { check, choice, keyOf, textOf, wholeNumber } from './form-fields.js';
import { USUAL_PASSKEYS } from './security-key-policy.js';
import { operatorText } from '../operator-text.js';

const { passkeys: texts } = operatorText.policies;
const WAYS: Readonly<Record<PasskeyPolicy['ways'][number], string>> = texts.ways;
const NO_WAY = 'none';
const PLACES = [texts.places.first, texts.places.second, texts.places.third];
const { pins: PINS, unproved: UNPROVED, resets: RESETS } = texts;

const SERVICE = 'passkeyService';
const wayField = (place: number): string => `passkeyWay${place + 1}`;

/** Styles of the fields. While no service is chosen, they hide the other fields. */
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

/** Renders the part about passkeys in the form of a policy. */
export function passkeyFields(policy: PasskeyPolicy | undefined, offered: readonly OfferedService[]): TemplateResult {
  const { services, ways, pin, pinRules, unproved, reset } = policy ?? USUAL_PASSKEYS;
  const unknown = services.filter((name) => !offered.some((service) => service.name === name));
  const options = { ...WAYS, [NO_WAY]: texts.noWay };
  return html`<fieldset>
    <legend>${texts.title} <span class="muted">${texts.hint}</span></legend>
    <div class="services">
      ${offered.map(({ name, title, rpId }) =>
        check(SERVICE, title === rpId ? title : `${title} (${rpId})`, {
          isChecked: services.includes(name),
          value: name,
        }),
      )}
      ${unknown.map((name) => check(SERVICE, texts.notConfigured(name), { isChecked: true, value: name }))}
      ${offered.length + unknown.length === 0 ? html`<p class="muted">${texts.noService}</p>` : nothing}
    </div>
    ${PLACES.map((label, place) => choice(wayField(place), label, ways[place] ?? NO_WAY, place === 0 ? WAYS : options))}
    ${choice('passkeyUnproved', texts.notProved, unproved, UNPROVED)} ${choice('passkeyPin', texts.pin, pin, PINS)}
    ${wholeNumber('passkeyPinLength', texts.shortestPin, pinRules.minLength, FIDO_PIN_LENGTH.min, FIDO_PIN_LENGTH.max)}
    ${choice('passkeyReset', texts.unknownPin, reset, RESETS)}
    ${check('passkeyPinTrivial', texts.forbidTrivial, { isChecked: pinRules.forbidTrivial })}
  </fieldset>`;
}

/** Reads the passkey settings of a policy from the form. Returns undefined if no service is chosen. */
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
