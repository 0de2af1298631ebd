import * as v from 'valibot';
import { defineErrors } from './definition.js';

/** 91xx: phones and tablets, which a CMS enrols without the extension. Append only. */
export const mobileErrors = defineErrors({
  MOBILE_FORBIDDEN: {
    number: 9101,
    layer: 'cms',
    retriable: false,
    recovery: 'ask-operator',
    message: "You can't add a mobile device here.",
  },
  ENROLMENT_NOT_FOUND: {
    number: 9102,
    layer: 'cms',
    retriable: false,
    recovery: 'try-again',
    message: 'The portal no longer knows the mobile device that you are adding.',
  },
  LINK_EXPIRED: {
    number: 9103,
    layer: 'cms',
    retriable: false,
    recovery: 'try-again',
    message: "The link wasn't used in time.",
  },
  PHONE_UNSUPPORTED: {
    number: 9104,
    layer: 'cms',
    retriable: false,
    recovery: 'try-again',
    message: "This mobile device can't be added.",
    data: v.strictObject({ product: v.nullable(v.string()), version: v.nullable(v.string()) }),
  },
  PHONE_NOT_GENUINE: {
    number: 9105,
    layer: 'cms',
    retriable: false,
    recovery: 'ask-operator',
    message: "The mobile device couldn't prove what it is.",
    data: v.strictObject({ reason: v.string() }),
  },
  PHONE_OF_ANOTHER: {
    number: 9106,
    layer: 'cms',
    retriable: false,
    recovery: 'ask-operator',
    message: 'This mobile device belongs to someone else.',
  },
  PHONE_SILENT: {
    number: 9107,
    layer: 'cms',
    retriable: false,
    recovery: 'try-again',
    message: 'The mobile device stopped before it was ready.',
  },
  PHONE_NOT_CONFIRMED: {
    number: 9108,
    layer: 'cms',
    retriable: false,
    recovery: 'try-again',
    message: "The mobile device wasn't confirmed in time.",
  },
  PHONE_REFUSED: {
    number: 9109,
    layer: 'cms',
    retriable: false,
    recovery: 'ask-operator',
    message: "The mobile device's request couldn't be accepted.",
    data: v.strictObject({ reason: v.string() }),
  },
  CARD_PROOF_NEEDED: {
    number: 9110,
    layer: 'cms',
    retriable: false,
    recovery: 'try-again',
    message: 'The portal needs a proof by one of your active devices first.',
  },
});
