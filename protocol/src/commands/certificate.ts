import * as v from 'valibot';
import { defineCommand, nothing } from '../command.js';
import { bytes, described, slot } from '../schema.js';
import { CARD_ERRORS } from './card-errors.js';

/** Data objects other than certificates (SP 800-73-4 Part 1, table 3). */
const object = v.picklist(['chuid', 'ccc', 'securityObject']);

const content = described(bytes(3060), 'Content of tag 53: without that tag and its length.');

export const certificate = {
  'certificate.write': defineCommand({
    summary: 'Writes a certificate to a slot, uncompressed.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ slot, certificate: described(bytes(3000), 'DER.') }),
    result: nothing,
    errors: [...CARD_ERRORS, 'DEVICE_FULL'],
    timeout: 15_000,
  }),
  'certificate.read': defineCommand({
    summary: 'Reads the certificate of a slot, compressed or not; null where there is none.',
    permission: 'read',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ slot }),
    result: v.strictObject({ certificate: described(v.nullable(bytes(8192)), 'DER.') }),
    errors: [...CARD_ERRORS, 'CERTIFICATE_INVALID'],
    timeout: 15_000,
  }),
  'certificate.delete': defineCommand({
    summary: 'Removes the certificate of a slot; its key stays.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ slot }),
    result: nothing,
    errors: [...CARD_ERRORS, 'DEVICE_FULL'],
    timeout: 15_000,
  }),
  'object.write': defineCommand({
    summary: 'Writes a data object (SP 800-73-4 Part 1, table 3): CHUID, CCC or security object.',
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
