import { describe, expect, it } from '@jest/globals';
import type { Eligibility } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { findWanted, isAmong, wantAgain } from '../../../sdk/src/elements/wanted-device.js';
import { blankPivCard, blankSecurityKey } from '../../support/device-facts.js';

const judged = (device: DeviceInfo, action: Eligibility['action'] = 'start') => ({ device, action, reason: null });

describe('a security key with only FIDO, which nothing identifies', () => {
  const key = blankSecurityKey('Reader A');
  const begun = { ...wantAgain(key, false), isBegun: true };

  it.each([
    ['before its issuance has begun', wantAgain(key, false)],
    ['after it has begun: nothing was written on it', begun],
  ])('is found again in its reader, with another id, %s', (_, wanted) => {
    const inserted = blankSecurityKey('Reader A', { id: 'provisional Reader A 2' });
    const other = blankSecurityKey('Reader B');
    expect(findWanted(wanted, [judged(other), judged(inserted)])?.device).toBe(inserted);
    expect(isAmong(wanted, [judged(inserted)])).toBe(true);
  });

  it('is not confused with one in another reader, one that cannot be issued, or a card', () => {
    expect(findWanted(begun, [judged(blankSecurityKey('Reader B'))])).toBeUndefined();
    expect(isAmong(begun, [judged(blankSecurityKey('Reader B'))])).toBe(false);
    expect(findWanted(begun, [judged(key, null)])).toBeUndefined();
    expect(findWanted(begun, [judged(blankPivCard('Reader A'))])).toBeUndefined();
  });

  it('is found in any reader by its serial number, if it has one', () => {
    const named = blankSecurityKey('Reader A', { serial: '4711' });
    const moved = blankSecurityKey('Reader B', { serial: '4711' });
    expect(findWanted(wantAgain(named, false), [judged(key), judged(moved)])?.device).toBe(moved);
  });
});

it('leaves a begun PIV card without a name to the CMS, which has written one on it', () => {
  const card = blankPivCard('Reader A');
  const wanted = { ...wantAgain(card, false), isBegun: true };
  expect(findWanted(wanted, [judged(card, 'start')])).toBeUndefined();
  expect(findWanted(wanted, [judged(card, 'continue')])?.device).toBe(card);
});
