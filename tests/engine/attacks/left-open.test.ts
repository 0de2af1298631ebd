import { erase } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { expectRefused, STALE_PROOFS } from '../support/stale-proofs.js';
import { ToyStage } from '../support/toy-stage.js';

/** Attacks: a session that its user left open, or a copy of its cookie, which issues or erases a device. */

const MINUTE = 60_000;

/** Returns everything of a device that an operation could change, with its card. */
const seen = ({ store, card }: ToyStage) => {
  const { devices, certificates, escrows, operations } = store.contents();
  return [devices, certificates, escrows, operations.length, card.pin, card.puk, [...card.certificates], card.erasures];
};

async function expectUntouched(
  stage: ToyStage,
  kind: string,
  proofOf: (typeof STALE_PROOFS)[number][1],
): Promise<void> {
  const before = seen(stage);
  await expectRefused(stage, kind, proofOf);
  expect(seen(stage)).toEqual(before);
}

/** Interrupts an issuance when only the PIN is missing. */
async function halfIssued(): Promise<ToyStage> {
  const stage = await ToyStage.blank({ operations: [erase] });
  const host = await stage.newHost();
  host.user = () => {
    throw new CardwrightError('USER_CANCELLED');
  };
  expect(await stage.relay(host, 'issue')).toMatchObject({ deviceState: 'pending' });
  return stage;
}

describe('it', () => {
  // A blank card is no device of anybody yet, so that it has no passkey.
  it.each(STALE_PROOFS.slice(0, 2))('issues nothing %s', async (_what, proofOf) => {
    const stage = await ToyStage.blank();
    await expectUntouched(stage, 'issue', proofOf);
    expect(stage.store.contents().devices).toEqual([]);
  });

  it.each(STALE_PROOFS)('sets no PIN of a device that is half issued %s', async (_what, proofOf) => {
    const stage = await halfIssued();
    await expectUntouched(stage, 'issue', proofOf);
    expect(await stage.relay(await stage.newHost(), 'issue')).toMatchObject({ deviceState: 'active' });
  });

  it.each(STALE_PROOFS)('erases nothing %s, and continues no erasure', async (_what, proofOf) => {
    const stage = await ToyStage.issued({ operations: [erase] });
    await expectUntouched(stage, 'erase', proofOf);
    const host = await stage.newHost();
    host.pull = { method: 'device.reset', when: 'before' };
    await stage.relay(host, 'erase');
    expect(stage.running).toEqual(['erase']);
    await expectUntouched(stage, 'erase', proofOf);
    expect(await stage.relay(await stage.newHost(), 'erase')).toMatchObject({
      state: 'done',
      deviceState: 'available',
    });
  });
});

it.each([
  ['issue', 'blank'],
  ['erase', 'issued'],
] as const)('asks nothing for %s of a user who signed in less than ten minutes ago', async (kind, card) => {
  const stage = await ToyStage[card]({ operations: [erase] });
  const provedBefore = (minutes: number) => ({
    ...stage.by(),
    proof: { at: new Date(Date.now() - minutes * MINUTE), by: 'password', device: null },
  });
  const start = async (minutes: number) => {
    const { startRequest } = await stage.newHost();
    return stage.cms.start(provedBefore(minutes), { ...startRequest, kind });
  };
  await expect(start(11)).rejects.toMatchObject({ code: 'LOGIN_REQUIRED', data: { fresh: true } });
  expect(await start(9)).toMatchObject({ state: 'running' });
});
