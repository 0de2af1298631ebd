import { describe, expect, it } from '@jest/globals';
import { everyOrOneIn, oneIn } from '../support/thorough.js';
import { certificatesIn, changeRules, standings } from './support/renewal-stage.js';
import { findFlaws, findUnfinished, newKeyStage, publicKeyIn, readKeyHistory } from './support/new-key-stage.js';

const DONE = { state: 'done', error: null, deviceState: 'active' };

describe('the keys of a card that moves keys', () => {
  it('are replaced with one entry of the PIN, and the old one of 9D is retired', async () => {
    const stage = await newKeyStage();
    const { card } = stage;
    const before = new Map(card.certificates);
    const old = publicKeyIn(card, '9D');
    const policies = new Map(
      [...card.keys].map(([slot, { pinPolicy, touchPolicy }]) => [slot, [pinPolicy, touchPolicy]]),
    );
    const host = await stage.newHost();
    expect(await stage.relay(host, 'renew')).toMatchObject(DONE);

    expect(host.questions.map(({ secrets }) => secrets)).toEqual([['pin']]);
    expect(findUnfinished(stage)).toEqual([]);
    const renewed = ['superseded', 'good'];
    expect(standings(stage)).toEqual({ '9A': renewed, '9C': renewed, '9D': renewed, '9E': renewed });
    for (const slot of ['9A', '9C', '9D', '9E'] as const) {
      const [former, now] = certificatesIn(stage, slot);
      expect(now?.keyHash).not.toBe(former?.keyHash);
      expect(now).toMatchObject({ proof: 'attested', pendingRenewal: null });
    }
    expect(
      new Map([...card.keys].map(([slot, { pinPolicy, touchPolicy }]) => [slot, [pinPolicy, touchPolicy]])),
    ).toEqual(policies);
    expect([...card.retired.keys()]).toEqual(['82']);
    expect(publicKeyIn(card, '82')).toBe(old);
    expect(card.retired.get('82')?.certificate).toBe(before.get('9D'));
    expect(readKeyHistory(card)).toEqual({ onCard: 1, offCard: 0 });
    expect(stage.device?.stagedKey).toBeNull();
    const retired = stage.store.contents().audit.filter(({ event }) => event === 'key.retired');
    expect(retired.map(({ detail }) => detail)).toEqual([{ slot: '9D', to: '82' }]);
  });

  it('are replaced again and again, and every old one of 9D is kept', async () => {
    const stage = await newKeyStage();
    const old: string[] = [];
    for (let times = 0; times < 3; times += 1) {
      old.push(publicKeyIn(stage.card, '9D') ?? '');
      expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    }
    expect((['82', '83', '84'] as const).map((slot) => publicKeyIn(stage.card, slot))).toEqual(old);
    expect(readKeyHistory(stage.card)).toEqual({ onCard: 3, offCard: 0 });
    expect(findUnfinished(stage)).toEqual([]);
  });

  it('get the algorithm that the policy has now', async () => {
    const stage = await newKeyStage();
    const slots = { '9A': 'P-384', '9C': 'P-384', '9D': 'P-384', '9E': 'P-384' } as const;
    await changeRules(stage, { slots });
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(certificatesIn(stage, '9C').map(({ algorithm }) => algorithm)).toEqual(['P-256', 'P-384']);
    expect(findUnfinished(stage)).toEqual([]);
  });

  it('are replaced in the slots alone for which the policy wants it', async () => {
    const stage = await newKeyStage({ policy: { renewedKeys: { '9C': 'new-key' } } });
    const before = (['9A', '9D', '9E'] as const).map((slot) => publicKeyIn(stage.card, slot));
    const signature = publicKeyIn(stage.card, '9C');
    const host = await stage.newHost();
    expect(await stage.relay(host, 'renew')).toMatchObject(DONE);
    expect(host.questions).toHaveLength(1);
    expect((['9A', '9D', '9E'] as const).map((slot) => publicKeyIn(stage.card, slot))).toEqual(before);
    expect(publicKeyIn(stage.card, '9C')).not.toBe(signature);
    expect([...stage.card.retired.keys()]).toEqual([]);
    expect(findUnfinished(stage)).toEqual([]);
  });
});

/** Commands of a renewal with new keys in 9A and 9D, each with its number among those of its name. */
const COMMANDS = [
  ['key.list', 1],
  ['key.generate', 1],
  ['key.generate', 2],
  ['csr.create', 2],
  ['key.delete', 1],
  ['key.move', 1],
  ['key.move', 2],
  ['key.move', 3],
  ['certificate.write', 1],
  ['certificate.write', 2],
  ['certificate.read', 2],
  ['certificate.write', 3],
  ['certificate.read', 3],
  ['object.write', 2],
  ['object.read', 2],
] as const;
const TWO = {
  slots: { '9A': 'P-256', '9D': 'P-256', '9E': 'P-256' },
  renewedKeys: { '9A': 'new-key', '9D': 'new-key' },
} as const;

describe.each(oneIn(15, COMMANDS, 3))('a pull at %s, number %i', (method, nth) => {
  const pulledAt = async (when: 'before' | 'unanswered') => {
    const stage = await newKeyStage({ policy: TWO });
    const old = [publicKeyIn(stage.card, '9D') ?? ''];
    const host = await stage.newHost();
    host.pull = { method, nth, when };
    const pulled = await stage.relay(host, 'renew');
    expect(pulled).toMatchObject({ state: 'running', error: { data: { name: 'CARD_REMOVED' } } });
    expect(findFlaws(stage, old)).toEqual([]);
    return { stage, old, operation: pulled.operation };
  };

  it.each(['before', 'unanswered'] as const)(
    '(%s) leaves nothing good for a key that is gone, and the renewal continues',
    async (when) => {
      const { stage, old, operation } = await pulledAt(when);
      expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject({ ...DONE, operation });
      expect(findFlaws(stage, old)).toEqual([]);
      expect(findUnfinished(stage, ['9A', '9D', '9E'])).toEqual([]);
      expect([...stage.card.retired.keys()]).toEqual(['82']);
      expect(stage.card.retired.get('82')?.certificate).toBe(certificatesIn(stage, '9D')[0]?.der);
      expect(readKeyHistory(stage.card)).toEqual({ onCard: 1, offCard: 0 });
    },
  );

  it('and a renewal that is given up then can be started again', async () => {
    const { stage, old, operation } = await pulledAt('unanswered');
    await stage.cms.cancel(stage.by(), operation);
    expect(findFlaws(stage, old)).toEqual([]);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(findFlaws(stage, old)).toEqual([]);
    expect(findUnfinished(stage, ['9A', '9D', '9E'])).toEqual([]);
    expect(stage.card.retired.has('95')).toBe(false);
  });
});

describe('a key of 9E that is replaced', () => {
  it.each(['key.delete', 'key.move', 'certificate.write'] as const)(
    'does not keep the device from proving itself after a pull at %s',
    async (method) => {
      const stage = await newKeyStage({ policy: { renewedKeys: { '9E': 'new-key' } } });
      const host = await stage.newHost();
      host.pull = { method, nth: method === 'certificate.write' ? 4 : 1, when: 'unanswered' };
      await stage.relay(host, 'renew');
      expect(findFlaws(stage, [])).toEqual([]);
      expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
      expect(findUnfinished(stage)).toEqual([]);
    },
  );
});

describe('a plain card, which moves no keys', () => {
  const PLAIN = { '9A': 'P-256', '9C': 'P-256', '9D': 'RSA-2048', '9E': 'P-256' } as const;

  it('gets new keys in the slots themselves, and keeps that of 9D', async () => {
    const stage = await newKeyStage({ model: 'piv', policy: { slots: PLAIN } });
    const before = (['9A', '9C', '9D', '9E'] as const).map((slot) => publicKeyIn(stage.card, slot));
    const host = await stage.newHost();
    expect(await stage.relay(host, 'renew')).toMatchObject(DONE);
    expect(host.questions).toHaveLength(1);
    const after = (['9A', '9C', '9D', '9E'] as const).map((slot) => publicKeyIn(stage.card, slot));
    expect(after.map((key, index) => key === before[index])).toEqual([false, false, true, false]);
    expect(findUnfinished(stage)).toEqual([]);
    expect(readKeyHistory(stage.card)).toBeNull();
  });

  it('loses the old key of 9D only if the policy says so', async () => {
    const policy = { slots: PLAIN, renewedKeys: { '9D': 'new-key-without-old' } } as const;
    const stage = await newKeyStage({ model: 'piv', policy });
    const old = publicKeyIn(stage.card, '9D');
    const host = await stage.newHost();
    const judge = () => stage.cms.judge(stage.by(), 'renew', [host.startRequest.device]);
    expect(await judge()).toMatchObject([
      { action: 'start', reason: expect.stringMatching(/no longer be able to read/) },
    ]);
    expect(await stage.relay(host, 'renew')).toMatchObject(DONE);
    expect(publicKeyIn(stage.card, '9D')).not.toBe(old);
    expect(findUnfinished(stage)).toEqual([]);
  });

  const PULLED = [
    ['key.generate', 1],
    ['csr.create', 3],
    ['certificate.write', 2],
    ['certificate.read', 2],
    ['key.generate', 3],
    ['certificate.write', 4],
  ] as const;
  it.each(everyOrOneIn(6, PULLED))(
    'has a certificate for the key that is there after a pull at %s, number %i',
    async (method, nth) => {
      for (const when of ['before', 'unanswered'] as const) {
        const stage = await newKeyStage({ model: 'piv', policy: { slots: PLAIN } });
        const host = await stage.newHost();
        host.pull = { method, nth, when };
        await stage.relay(host, 'renew');
        expect(findFlaws(stage, [])).toEqual([]);
        expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
        expect(findUnfinished(stage)).toEqual([]);
      }
    },
  );
});
