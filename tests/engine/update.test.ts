import { describe, expect, it } from '@jest/globals';
import { certificatesIn, changeRules, standings } from './support/renewal-stage.js';
import { findFlaws, findUnfinished, publicKeyIn, readKeyHistory } from './support/new-key-stage.js';
import { differencesLeft, isUpdateOffered, updateStage } from './support/update-stage.js';

const DONE = { state: 'done', error: null, deviceState: 'active' };
const P384 = { '9A': 'P-384', '9C': 'P-384', '9D': 'P-384', '9E': 'P-384' } as const;

describe('a device whose policy wants other algorithms', () => {
  it('gets a new key in each slot with one entry of the PIN, and the old one of 9D is retired', async () => {
    const stage = await updateStage();
    const old = publicKeyIn(stage.card, '9D');
    expect(await isUpdateOffered(stage)).toBe(false);
    await changeRules(stage, { slots: P384 });
    expect(await isUpdateOffered(stage)).toBe(true);
    const host = await stage.newHost();
    expect(await stage.relay(host, 'update')).toMatchObject(DONE);
    expect(host.questions.map(({ secrets }) => secrets)).toEqual([['pin']]);
    expect(findUnfinished(stage)).toEqual([]);
    const updated = ['superseded', 'good'];
    expect(standings(stage)).toEqual({ '9A': updated, '9C': updated, '9D': updated, '9E': updated });
    expect(certificatesIn(stage, '9A').map(({ algorithm }) => algorithm)).toEqual(['P-256', 'P-384']);
    expect(publicKeyIn(stage.card, '82')).toBe(old);
    expect(readKeyHistory(stage.card)).toEqual({ onCard: 1, offCard: 0 });
    expect(await isUpdateOffered(stage)).toBe(false);
    expect(await differencesLeft(stage)).toEqual([]);
  });

  it('keeps what fits', async () => {
    const stage = await updateStage();
    const before = (['9A', '9D', '9E'] as const).map((slot) => publicKeyIn(stage.card, slot));
    await changeRules(stage, { slots: { '9A': 'P-256', '9C': 'P-384', '9D': 'P-256', '9E': 'P-256' } });
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject(DONE);
    expect((['9A', '9D', '9E'] as const).map((slot) => publicKeyIn(stage.card, slot))).toEqual(before);
    const good = ['good'];
    expect(standings(stage)).toEqual({ '9A': good, '9C': ['superseded', 'good'], '9D': good, '9E': good });
    expect(findUnfinished(stage)).toEqual([]);
  });
});

describe('a device without a slot of its policy', () => {
  it('gets a key and a certificate there', async () => {
    const stage = await updateStage({ policy: { slots: { '9A': 'P-256', '9E': 'P-256' } } });
    await changeRules(stage, { slots: { '9A': 'P-256', '9C': 'P-256', '9D': 'P-256', '9E': 'P-256' } });
    const host = await stage.newHost();
    expect(await stage.relay(host, 'update')).toMatchObject(DONE);
    expect(host.questions.map(({ secrets }) => secrets)).toEqual([['pin']]);
    expect(findUnfinished(stage)).toEqual([]);
    expect(standings(stage)).toEqual({ '9A': ['good'], '9C': ['good'], '9D': ['good'], '9E': ['good'] });
    expect([...stage.card.retired.keys()]).toEqual([]);
  });
});

describe('a slot that the policy no longer has', () => {
  it('loses its certificate and its key, and the old key of 9D is retired', async () => {
    const stage = await updateStage();
    const old = publicKeyIn(stage.card, '9D') ?? '';
    await changeRules(stage, { slots: { '9A': 'P-256', '9E': 'P-256' } });
    const host = await stage.newHost();
    expect(await stage.relay(host, 'update')).toMatchObject(DONE);
    expect(host.questions.map(({ secrets }) => secrets)).toEqual([['pin']]);
    const gone = ['cessationOfOperation'];
    expect(standings(stage)).toEqual({ '9A': ['good'], '9C': gone, '9D': gone, '9E': ['good'] });
    expect([...stage.card.certificates.keys()].sort()).toEqual(['9A', '9E']);
    expect([...stage.card.keys.keys()].sort()).toEqual(['9A', '9E']);
    expect(publicKeyIn(stage.card, '82')).toBe(old);
    expect(stage.card.retired.get('82')?.certificate).toBe(certificatesIn(stage, '9D')[0]?.der);
    expect(readKeyHistory(stage.card)).toEqual({ onCard: 1, offCard: 0 });
    expect(findFlaws(stage, [old])).toEqual([]);
    const removed = stage.store.contents().audit.filter(({ event }) => event === 'certificate.removed');
    expect(removed.map(({ detail }) => detail.slot)).toEqual(['9C', '9D']);
  });

  it('keeps its key on a card that cannot delete one', async () => {
    const slots = { '9A': 'P-256', '9C': 'P-256', '9E': 'P-256' } as const;
    const stage = await updateStage({ model: 'piv', policy: { slots } });
    const key = publicKeyIn(stage.card, '9C');
    await changeRules(stage, { slots: { '9A': 'P-256', '9E': 'P-256' } });
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject(DONE);
    expect(standings(stage)).toEqual({ '9A': ['good'], '9C': ['cessationOfOperation'], '9E': ['good'] });
    expect([...stage.card.certificates.keys()].sort()).toEqual(['9A', '9E']);
    expect(publicKeyIn(stage.card, '9C')).toBe(key);
  });
});

const RULES = { minLength: 6, maxLength: 8, digitsOnly: true, forbidTrivial: true };

describe('a PIN that may break the rules of the policy', () => {
  it('is changed in one window, and the new one signs', async () => {
    const stage = await updateStage({ policy: { pinRules: RULES } });
    await changeRules(stage, { pinRules: { ...RULES, minLength: 8 }, slots: P384 });
    const host = await stage.newHost();
    const { pin } = stage.card;
    host.user = (purpose) => (purpose === 'newPin' ? '27450938' : pin);
    expect(await stage.relay(host, 'update')).toMatchObject(DONE);
    expect(host.questions.map(({ secrets }) => secrets)).toEqual([['pin', 'newPin']]);
    expect(stage.card.pin).toBe('27450938');
    expect(stage.device?.pinRules).toEqual({ ...RULES, minLength: 8 });
    expect(await isUpdateOffered(stage)).toBe(false);
    expect(findUnfinished(stage)).toEqual([]);
  });

  it('is all that is changed if nothing else differs', async () => {
    const stage = await updateStage({ policy: { pinRules: RULES } });
    await changeRules(stage, { pinRules: { ...RULES, minLength: 8 } });
    expect(await isUpdateOffered(stage)).toBe(true);
    const host = await stage.newHost();
    const { pin } = stage.card;
    host.user = (purpose) => (purpose === 'newPin' ? '27450938' : pin);
    expect(await stage.relay(host, 'update')).toMatchObject(DONE);
    expect(host.executed).toEqual(['csr.create', 'pin.change']);
  });

  it('stays if the rules became weaker', async () => {
    const stage = await updateStage({ policy: { pinRules: RULES } });
    await changeRules(stage, { pinRules: { ...RULES, digitsOnly: false, forbidTrivial: false } });
    expect(await isUpdateOffered(stage)).toBe(false);
  });
});

describe('a device that is as the policy wants it', () => {
  it('is refused', async () => {
    const stage = await updateStage();
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject({
      state: 'failed',
      error: { data: { name: 'DEVICE_NOT_ELIGIBLE', details: { reason: expect.stringMatching(/already/) } } },
    });
  });
});
