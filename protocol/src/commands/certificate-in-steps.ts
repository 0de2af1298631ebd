import * as v from 'valibot';
import { defineCommand, nothing } from '../command.js';
import { bytes, described, keySlot } from '../schema.js';
import { CARD_ERRORS } from './card-errors.js';
import { content, object } from './certificate.js';

/** Commands for certificates and data objects that come only in steps. */
export const certificateInSteps = {
  'certificate.write': defineCommand({
    summary: 'Writes a certificate to a slot: uncompressed, or compressed with gzip if the card has no room for that.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ slot: keySlot, certificate: described(bytes(3000), 'DER.') }),
    result: nothing,
    errors: [...CARD_ERRORS, 'DEVICE_FULL'],
    timeout: 15_000,
  }),
  'certificate.delete': defineCommand({
    summary: 'Removes the certificate of a slot; its key stays.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ slot: keySlot }),
    result: nothing,
    errors: [...CARD_ERRORS, 'DEVICE_FULL'],
    timeout: 15_000,
  }),
  'object.write': defineCommand({
    summary: 'Writes a data object (SP 800-73-4 Part 1, table 3): CHUID, CCC, security object or key history.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ object, content }),
    result: nothing,
    errors: [...CARD_ERRORS, 'DEVICE_FULL'],
    timeout: 15_000,
  }),
};
