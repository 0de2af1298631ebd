import * as v from 'valibot';
import { defineErrors } from './definition.js';

/** 7xxx: keys, certificates and escrow. Append only. */
export const keyErrors = defineErrors({
  KEY_CANNOT_SIGN: {
    number: 7001,
    layer: 'device',
    retriable: false,
    message: 'The key of this slot can not sign.',
    cause: 'Some cards let an elliptic curve key in 9D agree on keys only.',
    user: 'Tell your help desk.',
    administrator: 'Use RSA in 9D for this model, or leave 9D out.',
    data: v.strictObject({ slot: v.string() }),
  },
  ALGORITHM_NOT_SUPPORTED: {
    number: 7002,
    layer: 'device',
    retriable: false,
    message: 'The device does not support this algorithm.',
    cause: 'The model or its firmware lacks it.',
    user: 'Tell your help desk.',
    administrator: 'Choose another algorithm for this model.',
  },
  KEY_MISSING: {
    number: 7003,
    layer: 'device',
    retriable: false,
    message: 'There is no key in this slot.',
    cause: 'It was not generated yet, or was deleted.',
    user: 'Start again.',
    administrator: 'Report it to the author of the portal.',
  },
  WEAK_KEY_GENERATION: {
    number: 7004,
    layer: 'host',
    retriable: false,
    message: 'This device makes weak RSA keys.',
    cause: 'Its firmware (4.2.0 to 4.3.4) has the flaw known as ROCA (CVE-2017-15361).',
    user: 'Use another device.',
    administrator: 'Replace the device, or use elliptic curves.',
  },
  ESCROW_MISMATCH: {
    number: 7005,
    layer: 'host',
    retriable: false,
    message: 'The escrow that the CMS stored is not the one that was made.',
    cause: 'The digest in the step differs: nothing was written to the card.',
    user: 'Start again.',
    administrator: 'Report it to the author of the portal.',
  },
  CERTIFICATE_INVALID: {
    number: 7006,
    layer: 'device',
    retriable: false,
    message: 'The certificate on the device can not be read.',
    cause: 'The object is damaged or in an unknown format.',
    user: 'Issue the device again.',
    administrator: 'Issue the device again.',
  },
});
