import * as v from 'valibot';
import { defineCommand } from '../command.js';
import { bytes, described, keySlot } from '../schema.js';
import { CARD_ERRORS } from './card-errors.js';

/** Data objects besides certificates that commands read and write (SP 800-73-4 Part 1, table 3). */
export const object = v.picklist(['chuid', 'ccc', 'securityObject', 'keyHistory']);

export const content = described(bytes(3060), 'Content of tag 53: without that tag and its length.');

export const certificate = {
  'certificate.read': defineCommand({
    summary: 'Reads the certificate of a slot, compressed or not; null where there is none.',
    permission: 'read',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ slot: keySlot }),
    result: v.strictObject({ certificate: described(v.nullable(bytes(8192)), 'DER.') }),
    errors: [...CARD_ERRORS, 'CERTIFICATE_INVALID'],
    timeout: 15_000,
  }),
  'object.read': defineCommand({
    summary: 'Reads a data object; null where there is none.',
    permission: 'read',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ object }),
    result: v.strictObject({ content: v.nullable(content) }),
    errors: [...CARD_ERRORS],
    timeout: 15_000,
  }),
};
