import * as v from 'valibot';
import { defineErrors } from './definition.js';

/** 7xxx: keys, certificates and escrow. Append only. */
export const keyErrors = defineErrors({
  KEY_CANNOT_SIGN: {
    number: 7001,
    layer: 'device',
    retriable: false,
    recovery: 'ask-operator',
    message: "The key in this slot can't sign.",
    data: v.strictObject({ slot: v.string() }),
  },
  ALGORITHM_NOT_SUPPORTED: {
    number: 7002,
    layer: 'device',
    retriable: false,
    recovery: 'ask-operator',
    message: "The device doesn't support this algorithm.",
  },
  KEY_MISSING: {
    number: 7003,
    layer: 'device',
    retriable: false,
    recovery: 'try-again',
    message: "There's no key in this slot.",
  },
  WEAK_KEY_GENERATION: {
    number: 7004,
    layer: 'host',
    retriable: false,
    recovery: 'another-device',
    message: 'This device creates weak RSA keys.',
  },
  ESCROW_MISMATCH: {
    number: 7005,
    layer: 'host',
    retriable: false,
    recovery: 'try-again',
    message: "The portal's backup of the device's secrets isn't the one that was made.",
  },
  CERTIFICATE_INVALID: {
    number: 7006,
    layer: 'device',
    retriable: false,
    recovery: 'try-again',
    message: "The certificate on the device can't be read.",
  },
});
