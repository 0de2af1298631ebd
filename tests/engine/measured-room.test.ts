import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { PlayedHost } from '../support/host-and-card/played-host.js';
import { findFlaws, findUnfinished, publicKeyIn, publicKeyOf } from './support/new-key-stage.js';
import { ALWAYS, certificatesIn, changeRules, standings } from './support/renewal-stage.js';
import type { ToyStage } from './support/toy-stage.js';
import { isUpdateOffered, updateStage } from './support/update-stage.js';

const DONE = { state: 'done', error: null, deviceState: 'active' };
const SLOTS = { '9A': 'P-256', '9E': 'P-256' } as const;
const LONGER = { slots: { ...SLOTS, '9A': 'P-384' } } as const;
const USED = ['9A', '9E'] as const;

type Pull = NonNullable<PlayedHost['pull']>;
/** The certificate of 9A is written with random bytes behind it first, and then as it was. */
const PULLS: readonly Pull[] = [
  { method: 'certificate.write', nth: 1, when: 'unanswered' },
  { method: 'certificate.write', nth: 2, when: 'before' },
  { method: 'certificate.write', nth: 2, when: 'unanswered' },
];
const BETWEEN = PULLS.slice(0, 2);

/** Pulls a plain card while an update asks it for the room of a longer certificate in 9A. */
async function pulled(pull: Pull): Promise<{ stage: ToyStage; operation: string }> {
  const stage = await updateStage({ model: 'piv', policy: { slots: SLOTS, renewedKeys: { '9A': 'new-key' } } });
  await changeRules(stage, LONGER);
  const host = await stage.newHost();
  host.pull = pull;
  const answer = await stage.relay(host, 'update');
  expect(answer).toMatchObject({ state: 'running', error: { data: { name: 'CARD_REMOVED' } } });
  return { stage, operation: answer.operation };
}

const relay = async (stage: ToyStage, kind: string) => stage.relay(await stage.newHost(), kind);
const onCard = ({ card }: ToyStage): Buffer => Buffer.from(card.certificates.get('9A') ?? '', 'base64url');
const known = (stage: ToyStage): Buffer => Buffer.from(certificatesIn(stage, '9A')[0]?.der ?? '', 'base64url');

describe('a card that was pulled while it was asked for room', () => {
  it.each(PULLS)('is updated when the update continues: %o', async (pull) => {
    const { stage, operation } = await pulled(pull);
    expect(await relay(stage, 'update')).toMatchObject({ ...DONE, operation });
    expect(findUnfinished(stage, USED)).toEqual([]);
  });

  it.each(BETWEEN)('is updated by another update after the first was given up: %o', async (pull) => {
    const { stage, operation } = await pulled(pull);
    await stage.cms.cancel(stage.by(), operation);
    expect(await isUpdateOffered(stage)).toBe(true);
    expect(await relay(stage, 'update')).toMatchObject(DONE);
    expect(findUnfinished(stage, USED)).toEqual([]);
  });

  it.each(BETWEEN)(
    'has its key and a good certificate when the update was given up, and the policy put back: %o',
    async (pull) => {
      const { stage, operation } = await pulled(pull);
      const key = publicKeyIn(stage.card, '9A');
      await stage.cms.cancel(stage.by(), operation);
      await changeRules(stage, { slots: SLOTS });
      expect([standings(stage), findFlaws(stage, [])]).toEqual([{ '9A': ['good'], '9E': ['good'] }, []]);
      // The random bytes stay behind the certificate, which is read by its own length.
      expect(onCard(stage).subarray(0, known(stage).length)).toEqual(known(stage));
      expect(onCard(stage).length).toBeGreaterThan(known(stage).length);
      expect(new X509Certificate(onCard(stage)).raw).toEqual(known(stage));
      expect(publicKeyOf(known(stage).toString('base64url'))).toBe(key);
      expect(await relay(stage, 'unlock')).toMatchObject(DONE);
      // The next renewal writes it without them.
      await changeRules(stage, { renewalDays: ALWAYS, renewedKeys: {} });
      expect(await relay(stage, 'renew')).toMatchObject(DONE);
      expect([findUnfinished(stage, USED), publicKeyIn(stage.card, '9A')]).toEqual([[], key]);
    },
  );

  it('has its certificate as it was once the second write arrived', async () => {
    const { stage, operation } = await pulled({ method: 'certificate.write', nth: 2, when: 'unanswered' });
    await stage.cms.cancel(stage.by(), operation);
    expect([onCard(stage), findFlaws(stage, [])]).toEqual([known(stage), []]);
  });
});
