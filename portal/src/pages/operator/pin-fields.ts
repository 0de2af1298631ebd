import { PIV_PIN_LENGTH } from '@cardwright/protocol/devices';
import { html, type TemplateResult } from 'lit';
import type { DevicePolicy } from '../api.js';
import { check, choice, keyOf, textOf, wholeNumber } from './form-fields.js';
import { operatorText } from '../operator-text.js';

const texts = operatorText.policies.pin;
const WHERE_ENTERED = texts.whereEntered;

/** The settings of a policy for PINs. */
type PinSettings = Pick<DevicePolicy, 'pinRules' | 'pinpad' | 'unlockNeedsCode'>;

/** Draws the fields for PINs. */
export const pinFields = ({ pinRules, unlockNeedsCode, pinpad }: PinSettings): TemplateResult =>
  html`<fieldset>
    <legend>${texts.title}</legend>
    ${wholeNumber('minLength', texts.shortest, pinRules.minLength, PIV_PIN_LENGTH.min, PIV_PIN_LENGTH.max)}
    ${wholeNumber('maxLength', texts.longest, pinRules.maxLength, PIV_PIN_LENGTH.min, PIV_PIN_LENGTH.max)}
    ${check('digitsOnly', texts.digitsOnly, { isChecked: pinRules.digitsOnly })}
    ${check('forbidTrivial', texts.forbidTrivial, { isChecked: pinRules.forbidTrivial })}
    ${choice('pinpad', texts.pinpad, pinpad, WHERE_ENTERED)}
    <p class="muted">${texts.pinpadHint}</p>
    ${check('unlockNeedsCode', texts.unlockNeedsCode, { isChecked: unlockNeedsCode })}
  </fieldset>`;

/** Reads the fields for PINs as entered. */
export const readPin = (entered: FormData, before: PinSettings): PinSettings => ({
  unlockNeedsCode: entered.has('unlockNeedsCode'),
  pinpad: keyOf(WHERE_ENTERED, textOf(entered, 'pinpad')) ?? before.pinpad,
  pinRules: {
    minLength: Number(textOf(entered, 'minLength')),
    maxLength: Number(textOf(entered, 'maxLength')),
    digitsOnly: entered.has('digitsOnly'),
    forbidTrivial: entered.has('forbidTrivial'),
  },
});
