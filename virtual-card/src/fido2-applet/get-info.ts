import type { Card } from '../card/card.js';
import { cborMap } from './cbor.js';
import type { Context } from './authenticator-context.js';
import { CREDENTIAL_TYPE, MAX_CREDENTIAL_ID_BYTES } from './credential.js';
import type { FidoPinSession } from './fido-pin-session.js';
import { pinProtocols } from './pin-protocols.js';

/** Largest number of credentials in an allowList or excludeList. */
export const MAX_CREDENTIALS_IN_LIST = 8;
export const MAX_RP_IDS_FOR_MIN_PIN_LENGTH = 4;
/** Members of the answer (CTAP 2.1, 6.4; members 18 and above: CTAP 2.3). */
const Member = {
  versions: 0x01,
  extensions: 0x02,
  aaguid: 0x03,
  options: 0x04,
  maxMsgSize: 0x05,
  pinUvAuthProtocols: 0x06,
  maxCredentialCountInList: 0x07,
  maxCredentialIdLength: 0x08,
  transports: 0x09,
  algorithms: 0x0a,
  forcePinChange: 0x0c,
  minPinLength: 0x0d,
  firmwareVersion: 0x0e,
  maxRpIdsForMinPinLength: 0x10,
  remainingDiscoverableCredentials: 0x14,
  longTouchForReset: 0x18,
  transportsForReset: 0x1a,
  pinComplexityPolicy: 0x1b,
  maxPinLength: 0x1d,
} as const;
const U2F = 'U2F_V2';

/** Executes authenticatorGetInfo (CTAP 2.1, 6.4). */
export function getInfo({ card, profile, fido, pins }: Context): unknown {
  const { permissions } = profile;
  const extensions = ['credProtect', 'hmac-secret', ...(permissions ? ['minPinLength'] : [])];
  return cborMap([
    // The U2F application, which has no PIN, is disabled while user verification is always required.
    [Member.versions, profile.versions.filter((version) => version !== U2F || !fido.alwaysUv)],
    [Member.extensions, extensions],
    [Member.aaguid, profile.aaguid],
    [Member.options, optionsOf(card, pins)],
    [Member.maxMsgSize, profile.maxMessageBytes],
    [Member.pinUvAuthProtocols, pinProtocols.map(({ number }) => number)],
    [Member.maxCredentialCountInList, MAX_CREDENTIALS_IN_LIST],
    [Member.maxCredentialIdLength, MAX_CREDENTIAL_ID_BYTES],
    [Member.transports, profile.transports],
    [
      Member.algorithms,
      profile.algorithms.map((alg) =>
        cborMap([
          ['alg', alg],
          ['type', CREDENTIAL_TYPE],
        ]),
      ),
    ],
    [Member.forcePinChange, permissions ? pins.mustChange : undefined],
    [Member.minPinLength, permissions ? pins.minPinLength : undefined],
    [Member.firmwareVersion, profile.firmwareVersion],
    [Member.maxRpIdsForMinPinLength, permissions ? MAX_RP_IDS_FOR_MIN_PIN_LENGTH : undefined],
    [Member.remainingDiscoverableCredentials, permissions ? remaining(profile, fido) : undefined],
    [Member.longTouchForReset, card.circumstances.longTouchForReset],
    [Member.transportsForReset, profile.resetTransports],
    [Member.pinComplexityPolicy, profile.tellsPinPolicy ? refusesSimplePins(card) : undefined],
    [Member.maxPinLength, profile.tellsPinPolicy ? pins.pin.mostBytes : undefined],
  ]);
}

/** Returns the number of discoverable credentials that can still be stored. */
export function remaining(
  { maxCredentials }: Context['profile'],
  { credentials }: Pick<Context['fido'], 'credentials'>,
): number {
  return maxCredentials - credentials.length;
}

export function refusesSimplePins({ circumstances }: Card): boolean {
  return circumstances.pinComplexity ?? false;
}

function optionsOf({ fido, profile }: Card, pins: FidoPinSession): unknown {
  const { permissions = false, enterpriseAttestation = false } = profile.fido ?? {};
  const hasPin = pins.pin.hash !== undefined;
  if (!permissions) {
    return cborMap([
      ['rk', true],
      ['up', true],
      ['plat', false],
      ['clientPin', hasPin],
      ['credentialMgmtPreview', true],
    ]);
  }
  return cborMap([
    ['rk', true],
    ['up', true],
    ['plat', false],
    ['clientPin', hasPin],
    ['credMgmt', true],
    ['authnrCfg', true],
    ['alwaysUv', fido.alwaysUv],
    ['setMinPINLength', true],
    ['pinUvAuthToken', true],
    ['makeCredUvNotRqd', !fido.alwaysUv],
    ['ep', enterpriseAttestation ? fido.enterpriseAttestation : undefined],
  ]);
}
