import { erase } from '@cardwright/cms';
import { owned, pinUsable, pukUsable, type CardInQuestion } from '@cardwright/cms/operations';
import { devicePolicy } from '@cardwright/cms/policies';
import type { Device } from '@cardwright/cms/store';
import { validate } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { describe, expect, it } from '@jest/globals';
import { newDevice, newPolicy } from '../../integration/store/rows.js';
import { blankYubikey } from '../../support/device-facts.js';

const ADA = { id: 'ada', username: 'ada', displayName: 'Ada Adams', email: null, upn: null, sid: null };
const active = newDevice('ada', { state: 'active' });

const cardOf = (latest: Device | undefined, changes: Partial<DeviceInfo> = {}): CardInQuestion => {
  const row = newPolicy('yubikey');
  return {
    person: ADA,
    info: blankYubikey('10000001', changes),
    known: { latest, hasEscrows: true, certificates: [], running: [], policy: row },
    policy: validate(devicePolicy, row.policy),
    devices: 1,
    deviceLimit: 10,
    passkeys: { origin: 'https://cms.example.com', services: [], obstacleAt: () => null },
  };
};
const BLOCKED = { retriesLeft: 0, blocked: true, isDefault: false };
const judge = owned('active', 'suspended');
const refused = (code: string) => ({ action: null, reason: { code } });

describe('a rule for issued devices', () => {
  it.each(['active', 'suspended'] as const)("lets the user's own in the state %s start", (state) => {
    const device = { ...active, state };
    expect(judge(cardOf(device))).toMatchObject({ action: 'start', reason: null, device });
  });

  it('refuses one in another state, one of someone else, and none at all', () => {
    expect(judge(cardOf({ ...active, state: 'pending' }))).toEqual(refused('state-refuses'));
    expect(judge(cardOf({ ...active, ownerId: 'bob' }))).toEqual(refused('issued-to-another'));
    expect(judge(cardOf(undefined))).toEqual(refused('not-issued'));
    expect(judge(cardOf({ ...active, state: 'available' }))).toEqual(refused('not-issued'));
  });

  it('refuses a device that the host cannot open, and a model without a policy', () => {
    expect(judge(cardOf(active, { state: 'held' }))).toEqual(refused('held'));
    expect(judge({ ...cardOf(active), policy: undefined })).toEqual(refused('model-not-issued'));
  });

  it('checks further conditions in order once its own hold', () => {
    const words = { en: 'Not today.', de: 'Heute nicht.' };
    const rule = judge
      .and(pinUsable)
      .and(pukUsable)
      .and(() => ({ words }));
    const blocked = { retriesLeft: 0, blocked: true, isDefault: false };
    const oneLeft = { retriesLeft: 1, blocked: false, isDefault: false };
    expect(rule(cardOf({ ...active, ownerId: 'bob' }))).toEqual(refused('issued-to-another'));
    expect(rule(cardOf(active, { pin: blocked, puk: blocked }))).toEqual(refused('pin-blocked'));
    expect(rule(cardOf(active, { puk: blocked }))).toEqual(refused('puk-spent'));
    expect(rule(cardOf(active, { puk: oneLeft }))).toEqual(refused('puk-spent'));
    expect(rule(cardOf(active))).toEqual({ action: null, reason: { words } });
  });

  it.each([
    ['locked-for-good', { pin: BLOCKED, puk: BLOCKED }],
    ['puk-spent-for-good', { puk: BLOCKED }],
  ])('offers no erasure of a card that can neither reset itself nor take a PUK: %s', (code, facts) => {
    const { capabilities } = blankYubikey('10000001');
    const info = { ...facts, capabilities: capabilities && { ...capabilities, reset: false } };
    expect(judge.and(pukUsable)(cardOf(active, info))).toEqual(refused(code));
    expect(erase.eligibility(cardOf(active, info))).toEqual(refused(code));
    expect(erase.eligibility(cardOf(active, facts))).toMatchObject({ action: 'start' });
  });
});
