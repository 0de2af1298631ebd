import { describe, expect, it } from '@jest/globals';
import { ownGuidOf } from '../../../cms/src/devices/own-guid.js';

const GUID = '0f9b2a3c-5d1e-4f60-8a7b-9c0d1e2f3a4b';
const OWNER = { id: 'alice' };
const blank = { model: 'compatible', serial: null, guid: GUID, certificates: [] };

describe('the GUID that a blank card has from its factory', () => {
  it('is kept, also by a card that its owner had before', () => {
    expect(ownGuidOf(blank, OWNER, undefined)).toBe(GUID);
    expect(ownGuidOf(blank, OWNER, { model: 'compatible', ownerId: OWNER.id })).toBe(GUID);
  });

  it.each([
    ['a device of someone else', { model: 'compatible', ownerId: 'bob' }],
    ['a device of another model', { model: 'piv', ownerId: OWNER.id }],
  ])('is not kept where it is that of %s', (_what, latest) => {
    expect(ownGuidOf(blank, OWNER, latest)).toBeNull();
  });

  it.each([
    ['has a serial number', { ...blank, serial: '12345678' }],
    ['is not blank', { ...blank, certificates: ['9A' as const] }],
    ['is a plain card', { ...blank, model: 'piv' }],
    ['has none', { ...blank, guid: null }],
  ])('is not kept by a card that %s', (_what, card) => {
    expect(ownGuidOf(card, OWNER, undefined)).toBeNull();
  });
});
