import { PASSKEY_WAYS, type PasskeyWay } from '@cardwright/protocol/passkeys';
import { describe, expect, it } from '@jest/globals';
import { chooseWay } from '../../../../cms/src/passkeys/way.js';

const CMS = 'https://cms.example.com';
const FOREIGN = 'https://login.microsoft.com';
const REACHED = { pinSet: false };
const NO_PIN = { pinSet: null };

describe('the way of a passkey', () => {
  it.each<[string, typeof REACHED | typeof NO_PIN | null, string, readonly PasskeyWay[], PasskeyWay | undefined]>([
    ['the host, where it reaches the device', REACHED, FOREIGN, PASSKEY_WAYS, 'host'],
    ['the host, for the own site too', REACHED, CMS, PASSKEY_WAYS, 'host'],
    ['the page, for its own site', null, CMS, PASSKEY_WAYS, 'page'],
    ['a window, for a foreign site', null, FOREIGN, PASSKEY_WAYS, 'window'],
    ['a window, where the device can have no PIN', NO_PIN, FOREIGN, PASSKEY_WAYS, 'window'],
    ['a window, where the port makes it a foreign site', null, `${CMS}:8443`, PASSKEY_WAYS, 'window'],
    ['the first that the policy names', REACHED, FOREIGN, ['window', 'host'], 'window'],
    ['the next, where the first is impossible', REACHED, FOREIGN, ['page', 'host'], 'host'],
    ['none, where the policy wants the host', null, FOREIGN, ['host'], undefined],
    ['none, where the policy wants the page, for a foreign site', REACHED, FOREIGN, ['page'], undefined],
    ['none, where the policy wants a window, for the own site', null, CMS, ['window'], undefined],
  ])('is %s', (_what, fido, origin, allowed, way) => {
    expect(chooseWay({ allowed, origin, cms: CMS, fido })).toBe(way);
  });
});
