import type { DevicePolicy } from '@cardwright/cms/policies';
import type { Method } from '@cardwright/protocol';
import { SLOTS } from '@cardwright/protocol/devices';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { everyOrOneIn, oneIn } from '../support/thorough.js';
import { certificatesIn, changeRules, standings } from './support/renewal-stage.js';
import { findFlaws, findUnfinished, publicKeyIn, readKeyHistory } from './support/new-key-stage.js';
import type { ToyOptions } from './support/toy-stage.js';
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

/** Changes of a policy that a pull interrupts, by what they change. */
const INTERRUPTED: readonly [string, DevicePolicy['slots'], DevicePolicy['slots'], ToyOptions][] = [
  [
    'other algorithms and a new slot on a card that moves keys',
    { '9A': 'P-256', '9D': 'P-256', '9E': 'P-256' },
    { '9A': 'P-384', '9C': 'P-256', '9D': 'P-384', '9E': 'P-256' },
    {},
  ],
  [
    'fewer slots on a card that moves keys',
    { '9A': 'P-256', '9C': 'P-256', '9D': 'P-256', '9E': 'P-256' },
    { '9A': 'P-256' },
    {},
  ],
  [
    'other algorithms, a new slot and one that fell away on a card that does not',
    { '9A': 'P-256', '9C': 'P-256' },
    { '9A': 'P-384', '9E': 'P-256' },
    { model: 'piv' },
  ],
];

describe.each(everyOrOneIn(3, INTERRUPTED))('an update for %s', (_what, former, slots, options) => {
  const opened = async () => {
    const stage = await updateStage({ ...options, policy: { slots: former } });
    await changeRules(stage, { slots });
    const old = former['9D'] === undefined ? [] : [publicKeyIn(stage.card, '9D') ?? ''];
    return { stage, old };
  };
  let commands: { readonly method: Method; readonly nth: number }[] = [];
  beforeAll(async () => {
    const { stage } = await opened();
    const host = await stage.newHost();
    expect(await stage.relay(host, 'update')).toMatchObject(DONE);
    commands = host.executed.map((method, index, all) => ({
      method,
      nth: all.slice(0, index + 1).filter((one) => one === method).length,
    }));
  });
  /** Commands of the update, each with its number among those of its name: a sample. */
  const pulledCommands = () => oneIn(60, commands, 6);

  it.each(['before', 'unanswered'] as const)('continues after a pull at any command (%s)', async (when) => {
    const wanted = SLOTS.filter((slot) => slots[slot] !== undefined);
    for (const { method, nth } of pulledCommands()) {
      const { stage, old } = await opened();
      const host = await stage.newHost();
      host.pull = { method, nth, when };
      const pulled = await stage.relay(host, 'update');
      const at = `${method} ${nth}`;
      expect([at, pulled.state, findFlaws(stage, old)]).toEqual([at, 'running', []]);
      const { operation } = pulled;
      expect([at, await stage.relay(await stage.newHost(), 'update')]).toMatchObject([at, { ...DONE, operation }]);
      expect([at, findFlaws(stage, old), findUnfinished(stage, wanted)]).toEqual([at, [], []]);
      expect([at, [...stage.card.certificates.keys()].sort()]).toEqual([at, wanted]);
      if (options.model !== 'piv') expect([at, [...stage.card.keys.keys()].sort()]).toEqual([at, wanted]);
      expect([at, await differencesLeft(stage)]).toEqual([at, []]);
    }
  });

  it('leaves nothing good that is not there if it is given up after a pull, and can be started again', async () => {
    const wanted = SLOTS.filter((slot) => slots[slot] !== undefined);
    for (const { method, nth } of pulledCommands()) {
      const { stage, old } = await opened();
      const host = await stage.newHost();
      host.pull = { method, nth, when: 'unanswered' };
      const { operation } = await stage.relay(host, 'update');
      await stage.cms.cancel(stage.by(), operation);
      const at = `${method} ${nth}`;
      expect([at, findFlaws(stage, old)]).toEqual([at, []]);
      if (!(await isUpdateOffered(stage))) continue;
      expect([at, await stage.relay(await stage.newHost(), 'update')]).toMatchObject([at, DONE]);
      expect([at, findFlaws(stage, old), findUnfinished(stage, wanted)]).toEqual([at, [], []]);
      expect([at, await differencesLeft(stage)]).toEqual([at, []]);
    }
  });
});

describe('the owner of a card that keeps no old key', () => {
  const slots = { '9A': 'P-256', '9D': 'RSA-2048', '9E': 'P-256' } as const;
  const judge = async (changes: Partial<DevicePolicy>) => {
    const stage = await updateStage({ model: 'piv', policy: { slots } });
    await changeRules(stage, changes);
    const { device } = (await stage.newHost()).startRequest;
    const [verdict] = await stage.cms.judge(stage.by(), 'update', [device]);
    return { stage, verdict };
  };

  it('is told before that the key of 9D stays, and it does', async () => {
    const { stage, verdict } = await judge({ slots: { '9A': 'P-384', '9D': 'P-256', '9E': 'P-256' } });
    expect(verdict).toMatchObject({ action: 'start', reason: expect.stringMatching(/stays as it is/) });
    const key = publicKeyIn(stage.card, '9D');
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject(DONE);
    expect(publicKeyIn(stage.card, '9D')).toBe(key);
    expect(standings(stage)).toEqual({ '9A': ['superseded', 'good'], '9D': ['good'], '9E': ['good'] });
  });

  it('is told before what becomes unreadable if the policy lets the old key be lost', async () => {
    const { verdict } = await judge({
      slots: { '9A': 'P-256', '9D': 'P-256', '9E': 'P-256' },
      renewedKeys: { '9D': 'new-key-without-old' },
    });
    expect(verdict).toMatchObject({ action: 'start', reason: expect.stringMatching(/no longer be able to read/) });
  });

  it('is told before that the certificate of 9D is removed', async () => {
    const { verdict } = await judge({ slots: { '9A': 'P-256', '9E': 'P-256' } });
    expect(verdict).toMatchObject({ action: 'start', reason: expect.stringMatching(/is removed/) });
  });
});
