import * as v from 'valibot';
import { defineErrors } from './definition.js';

const retriesLeft = v.strictObject({ retriesLeft: v.nullable(v.number()) });

/** 6xxx: PIN, PUK and management key. Append only. */
export const authenticationErrors = defineErrors({
  PIN_INCORRECT: {
    number: 6001,
    layer: 'device',
    retriable: false,
    message: 'The PIN is not correct.',
    cause: 'Another PIN was entered.',
    user: 'Check the PIN and try again.',
    administrator: 'Unlock the device once the PIN is blocked.',
    data: retriesLeft,
  },
  PIN_BLOCKED: {
    number: 6002,
    layer: 'device',
    retriable: false,
    message: 'The PIN is blocked.',
    cause: 'It was entered wrongly too often.',
    user: 'Have the device unlocked.',
    administrator: 'Unlock the device.',
  },
  PUK_INCORRECT: {
    number: 6003,
    layer: 'device',
    retriable: false,
    message: 'The PUK is not correct.',
    cause: 'The device has another PUK than the CMS expects.',
    user: 'Tell your help desk.',
    administrator: 'Check the factory PUK in the device policy.',
    data: retriesLeft,
  },
  PUK_BLOCKED: {
    number: 6004,
    layer: 'device',
    retriable: false,
    message: 'The PUK is blocked.',
    cause: 'It was used wrongly too often.',
    user: 'Use another device.',
    administrator: 'Reset the device if its model allows it.',
  },
  PIN_REFUSED_BY_DEVICE: {
    number: 6005,
    layer: 'device',
    retriable: true,
    message: 'The device does not accept this PIN.',
    cause: 'The device has rules of its own for a PIN.',
    user: 'Choose another PIN.',
    administrator: "Make the PIN rules at least as strict as the device's.",
  },
  MANAGEMENT_KEY_REFUSED: {
    number: 6006,
    layer: 'device',
    retriable: false,
    message: 'The device does not accept the management key.',
    cause: 'It was issued by another system, or its factory key is not the configured one.',
    user: 'Tell your help desk.',
    administrator: 'Check the management key in the device policy.',
    data: v.strictObject({
      /** A fresh witness for the next candidate, when the command asked for one. */
      next: v.nullable(v.strictObject({ algorithm: v.string(), witness: v.string() })),
    }),
  },
  NOT_AUTHENTICATED: {
    number: 6007,
    layer: 'device',
    retriable: true,
    message: 'The device asks for an authentication first.',
    cause: 'The authentication before was lost, for example by a reset of the card.',
    user: 'Start again.',
    administrator: 'Find out whether another program uses the card.',
  },
  LAST_TRY: {
    number: 6008,
    layer: 'host',
    retriable: false,
    message: 'Only one try is left, and it was not spent.',
    cause: 'One more wrong entry would block the device.',
    user: 'Have the device unlocked.',
    administrator: 'Unlock the device.',
    data: retriesLeft,
  },
  PIN_RULES_CONFLICT: {
    number: 6009,
    layer: 'host',
    retriable: false,
    message: "No PIN can satisfy both the CMS's rules and the device's.",
    cause: 'The CMS asks for a length that the device can not have.',
    user: 'Tell your help desk.',
    administrator: 'Change the PIN rules in the device policy.',
  },
});
