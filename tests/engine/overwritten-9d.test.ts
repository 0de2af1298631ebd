import { renew, update } from '@cardwright/cms';
import { describe, expect, it } from '@jest/globals';
import type { PlayedHost } from '../support/host-and-card/played-host.js';
import { findFlaws, findUnfinished, publicKeyIn } from './support/new-key-stage.js';
import { ALWAYS, certificatesIn, changeRules } from './support/renewal-stage.js';
import { ToyStage } from './support/toy-stage.js';
import { isUpdateOffered } from './support/update-stage.js';

const DONE = { state: 'done', error: null, deviceState: 'active' };
const SLOTS = { '9A': 'P-256', '9D': 'RSA-2048', '9E': 'P-256' } as const;
const ALL = ['9A', '9D', '9E'] as const;

/** A plain card, whose policy replaces the key of 9D alone, and lets the old one be lost. */
const losingStage = (): Promise<ToyStage> =>
  ToyStage.issued({
    operations: [renew, update],
    model: 'piv',
    policy: { slots: SLOTS, renewalDays: ALWAYS, renewedKeys: { '9D': 'new-key-without-old' } },
  });

type Pull = NonNullable<PlayedHost['pull']>;

/** Pulls the card in a renewal, and puts the policy back, so that it keeps the key of 9D. */
async function pulled(stage: ToyStage, pull: Pull): Promise<string> {
  const host = await stage.newHost();
  host.pull = pull;
  const answer = await stage.relay(host, 'renew');
  expect(answer).toMatchObject({ state: 'running', error: { data: { name: 'CARD_REMOVED' } } });
  await changeRules(stage, { renewedKeys: {} });
  return answer.operation;
}

const GENERATED: readonly Pull[] = [
  { method: 'key.generate', nth: 1, when: 'unanswered' },
  { method: 'csr.create', nth: 4, when: 'before' },
  { method: 'certificate.write', nth: 3, when: 'before' },
];

describe('9D, whose key was overwritten before a pull and the policy put back', () => {
  it.each(GENERATED)('gets a certificate for its key when the renewal continues: %o', async (pull) => {
    const stage = await losingStage();
    const operation = await pulled(stage, pull);
    expect(findFlaws(stage, [])).toEqual([]);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject({ ...DONE, operation });
    expect(findUnfinished(stage, ALL)).toEqual([]);
    expect(stage.device?.stagedKey).toBeNull();
  });

  it.each(GENERATED)('gets one by another renewal after the first was given up: %o', async (pull) => {
    const stage = await losingStage();
    await stage.cms.cancel(stage.by(), await pulled(stage, pull));
    expect(findFlaws(stage, [])).toEqual([]);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(findUnfinished(stage, ALL)).toEqual([]);
  });

  it.each(GENERATED)('gets one by an update, whatever else differs: %o', async (pull) => {
    const stage = await losingStage();
    await pulled(stage, pull);
    await changeRules(stage, { slots: { ...SLOTS, '9C': 'P-256' } });
    expect(await isUpdateOffered(stage)).toBe(true);
    expect(await stage.relay(await stage.newHost(), 'update')).toMatchObject(DONE);
    expect(findUnfinished(stage, [...ALL, '9C'])).toEqual([]);
  });

  it('is renewed before its certificate ends', async () => {
    const stage = await losingStage();
    await stage.cms.cancel(stage.by(), await pulled(stage, { method: 'key.generate', nth: 1, when: 'unanswered' }));
    await changeRules(stage, { renewalDays: 1 });
    const { device } = stage;
    if (!device) throw new Error('there is no device');
    expect(device.stagedKey).toBe('ordered-in-9D');
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(findUnfinished(stage, ['9D'])).toEqual([]);
  });
});

describe('9D, whose key was to be overwritten when the card was pulled', () => {
  it.each(['continues', 'was given up'])('keeps its key when the renewal %s', async (how) => {
    const stage = await losingStage();
    const old = publicKeyIn(stage.card, '9D');
    const operation = await pulled(stage, { method: 'key.generate', nth: 1, when: 'before' });
    if (how === 'was given up') await stage.cms.cancel(stage.by(), operation);
    expect(certificatesIn(stage, '9D').map(({ revocationReason }) => revocationReason)).toEqual(['certificateHold']);
    expect(await stage.relay(await stage.newHost(), 'renew')).toMatchObject(DONE);
    expect(publicKeyIn(stage.card, '9D')).toBe(old);
    expect(findUnfinished(stage, ALL)).toEqual([]);
  });
});
