import * as v from 'valibot';
import { defineErrors } from './definition.js';

const retriesLeft = v.strictObject({ retriesLeft: v.nullable(v.number()) });

/** 6xxx: PIN, PUK and management key. Append only. */
export const authenticationErrors = defineErrors({
  PIN_INCORRECT: {
    number: 6001,
    layer: 'device',
    retriable: false,
    recovery: 'try-again',
    message: 'That PIN is incorrect.',
    data: retriesLeft,
  },
  PIN_BLOCKED: {
    number: 6002,
    layer: 'device',
    retriable: false,
    recovery: 'ask-operator',
    message: 'The PIN is blocked.',
  },
  PUK_INCORRECT: {
    number: 6003,
    layer: 'device',
    retriable: false,
    recovery: 'ask-operator',
    message: 'The PUK is incorrect.',
    data: retriesLeft,
  },
  PUK_BLOCKED: {
    number: 6004,
    layer: 'device',
    retriable: false,
    recovery: 'another-device',
    message: 'The PUK is blocked.',
  },
  PIN_REFUSED_BY_DEVICE: {
    number: 6005,
    layer: 'device',
    retriable: true,
    recovery: 'try-again',
    message: "The device doesn't accept this PIN.",
  },
  MANAGEMENT_KEY_REFUSED: {
    number: 6006,
    layer: 'device',
    retriable: false,
    recovery: 'ask-operator',
    message: "The device doesn't accept the management key.",
    data: v.strictObject({
      /**
       * A fresh witness (a block that the card encrypted) for the next key that the CMS wants to try. Null if the command named no algorithm of
       * such a key (`nextAlgorithm`), if the card lacks that algorithm, or if no further try is allowed.
       */
      next: v.nullable(v.strictObject({ algorithm: v.string(), witness: v.string() })),
    }),
  },
  NOT_AUTHENTICATED: {
    number: 6007,
    layer: 'device',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'The device was locked again.',
  },
  LAST_TRY: {
    number: 6008,
    layer: 'host',
    retriable: false,
    recovery: 'ask-operator',
    message: "Only one attempt is left. We didn't use it.",
    data: retriesLeft,
  },
  PIN_RULES_CONFLICT: {
    number: 6009,
    layer: 'host',
    retriable: false,
    recovery: 'ask-operator',
    message: "No PIN can satisfy both the portal's rules and the device's.",
  },
  PIN_RULE_VIOLATED: {
    number: 6010,
    layer: 'host',
    retriable: true,
    recovery: 'try-again',
    message: "That PIN doesn't follow the rules.",
    variants: { detail: 'rule' },
    data: v.strictObject({ rule: v.picklist(['length', 'digits', 'trivial', 'same']) }),
  },
  PIN_ENTRIES_DIFFER: {
    number: 6011,
    layer: 'device',
    retriable: true,
    recovery: 'try-again',
    message: "The two entries of the new PIN aren't the same.",
  },
  PIN_UNCONFIRMED: {
    number: 6012,
    layer: 'device',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: "The new PIN wasn't confirmed.",
  },
  PINPAD_MISSING: {
    number: 6013,
    layer: 'device',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'This device needs a card reader with a keypad.',
  },
  PINPAD_UNUSABLE: {
    number: 6014,
    layer: 'device',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: "PINs can't be entered at this card reader.",
    data: v.strictObject({
      /**
       * `refused`: reader or driver refuse what the standard asks. `answer`: its answer is not two bytes. `failed`: its driver failed. `lied`: the card
       * has not verified a PIN, though the reader says so. `unproved`: the card cannot show whether it has.
       */
      reason: v.picklist(['refused', 'answer', 'failed', 'lied', 'unproved']),
    }),
  },
});
