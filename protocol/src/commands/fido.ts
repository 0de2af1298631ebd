import * as v from 'valibot';
import { defineCommand, nothing, secretFrom } from '../command.js';
import { bytes, text } from '../schema.js';

/** The FIDO2 application over CTAP2. A host that can not do this lists no capability `fido`. */
export const fido = {
  'fido.getInfo': defineCommand({
    summary: 'Reads what the authenticator can do (CTAP 2.1, 6.4).',
    permission: 'read',
    handledBy: 'host',
    capability: 'fido',
    params: nothing,
    result: v.strictObject({
      versions: v.array(text(32)),
      aaguid: bytes(16),
      options: v.record(text(32), v.boolean()),
      minPinLength: v.number(),
      pinRetriesLeft: v.nullable(v.number()),
    }),
    errors: ['NOT_SUPPORTED_BY_DEVICE'],
    timeout: 10_000,
  }),
  'fido.setPin': defineCommand({
    summary: 'Sets the first FIDO PIN (CTAP 2.1, 6.5.5.5).',
    permission: 'use',
    handledBy: 'host',
    capability: 'fido',
    params: v.strictObject({ secrets: v.strictObject({ newPin: secretFrom('user') }) }),
    result: nothing,
    errors: ['NOT_SUPPORTED_BY_DEVICE', 'USER_CANCELLED'],
    timeout: 15_000,
  }),
  'fido.changePin': defineCommand({
    summary: 'Changes the FIDO PIN (CTAP 2.1, 6.5.5.6).',
    permission: 'use',
    handledBy: 'host',
    capability: 'fido',
    params: v.strictObject({
      secrets: v.strictObject({ fidoPin: secretFrom('user', 'session'), newPin: secretFrom('user') }),
    }),
    result: nothing,
    errors: ['NOT_SUPPORTED_BY_DEVICE', 'PIN_INCORRECT', 'PIN_BLOCKED', 'USER_CANCELLED'],
    timeout: 15_000,
  }),
  'fido.createCredential': defineCommand({
    summary: 'Registers a passkey (CTAP 2.1, 6.1).',
    permission: 'manage',
    handledBy: 'host',
    capability: 'fido',
    params: v.strictObject({
      clientDataHash: bytes(32),
      rp: v.strictObject({ id: text(253), name: text(64) }),
      user: v.strictObject({ id: bytes(64), name: text(64), displayName: text(64) }),
      algorithms: v.pipe(v.array(v.number()), v.maxLength(16)),
      secrets: v.strictObject({ fidoPin: secretFrom('user', 'session') }),
    }),
    result: v.strictObject({ attestationObject: bytes(8192) }),
    errors: ['NOT_SUPPORTED_BY_DEVICE', 'PIN_INCORRECT', 'PIN_BLOCKED', 'USER_CANCELLED'],
    timeout: 60_000,
  }),
  'fido.reset': defineCommand({
    summary: 'Erases the FIDO2 application (CTAP 2.1, 6.6), after the user confirmed it.',
    permission: 'manage',
    handledBy: 'host',
    capability: 'fido',
    params: nothing,
    result: nothing,
    errors: ['NOT_SUPPORTED_BY_DEVICE', 'USER_CANCELLED'],
    timeout: 60_000,
  }),
};
