import { describe, expect, it } from '@jest/globals';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { describe as inWords } from '../../../../native-host/src/cli/list.js';
import { blankYubikey, freshFido } from '../../../support/device-facts.js';

const UNKNOWN: Partial<DeviceInfo> = { model: 'unknown', modelName: 'Unknown card', firmware: null };

describe('a device in a list', () => {
  it.each<[string, Partial<DeviceInfo>, string]>([
    ['held', { ...UNKNOWN, state: 'held' }, 'another program is using the card'],
    ['unresponsive', { ...UNKNOWN, state: 'unresponsive' }, 'a card that does not answer'],
    [
      'of another kind',
      { ...UNKNOWN, state: 'no-application', modelName: 'GIDS smart card' },
      'GIDS smart card, without PIV and FIDO2: it cannot be issued',
    ],
    [
      'read without contact',
      { modelName: 'PIV smart card', state: 'contact-needed' },
      'PIV smart card, which must be inserted or plugged in to be issued',
    ],
    ['ready', {}, 'YubiKey, firmware 5.7.1, serial 12345678, no certificates'],
    [
      'issued',
      { certificates: ['9A', '9C'], applications: ['piv', 'fido2'], fido2: freshFido({ pinSet: true }) },
      'YubiKey, firmware 5.7.1, serial 12345678, certificates in 9A, 9C, FIDO2 with a PIN',
    ],
    [
      'for passkeys alone',
      { modelName: 'Security key', firmware: null, applications: ['fido2'], fido2: freshFido() },
      'Security key, serial 12345678, FIDO2 without a PIN yet',
    ],
  ])('that is %s is described in plain words', (_, change, words) => {
    expect(inWords(blankYubikey('12345678', change))).toBe(words);
  });
});
