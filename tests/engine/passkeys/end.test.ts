import { randomUUID } from 'node:crypto';
import type { Person } from '@cardwright/cms/store';
import { CardwrightError } from '@cardwright/protocol';
import { describe, expect, it } from '@jest/globals';
import { actOn } from '../../support/engine/operator-action.js';
import { PasskeyStage, type StageOptions } from '../support/passkey-stage.js';
import { failureOf } from '../support/scripted-service.js';

const OLGA: Person = { id: 'olga', username: 'olga', displayName: 'Olga', email: null, upn: null, sid: null };

async function issued(options: StageOptions = {}): Promise<PasskeyStage> {
  const stage = await PasskeyStage.open(options);
  await stage.relay();
  return stage;
}
const eventsOf = (stage: PasskeyStage) =>
  stage.store
    .contents()
    .audit.map(({ event }) => event)
    .filter((event) => event.startsWith('passkey.'));

describe('the passkeys of a device at its end', () => {
  it('are removed at their service after the end was stored', async () => {
    const stage = await issued();
    expect(await stage.cms.removeDuePasskeys()).toBe(0);
    await actOn(stage, OLGA, 'terminate', stage.device?.id ?? '');
    expect(stage.passkeys).toMatchObject([{ removalDueAt: expect.any(Date), removedAt: null }]);
    expect(stage.services.entra.registered.size).toBe(1);
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    expect(stage.services.entra.removed).toEqual([stage.passkeys[0]?.serviceId]);
    expect(stage.passkeys).toMatchObject([{ removedAt: expect.any(Date) }]);
    expect(await stage.cms.removeDuePasskeys()).toBe(0);
    expect(eventsOf(stage)).toEqual(['passkey.registered', 'passkey.removal-due', 'passkey.removed']);
  });

  it('stay while the device is suspended, and are due once it is declined, failed or given up', async () => {
    const stage = await issued({ policy: { unprovenKeys: 'supervised', attestationRoots: [] } });
    const { id = '', state } = stage.device ?? {};
    expect(state).toBe('awaiting-approval');
    await actOn(stage, OLGA, 'suspend', id);
    await actOn(stage, OLGA, 'resume', id);
    expect(stage.passkeys).toMatchObject([{ removalDueAt: null }]);
    await actOn(stage, OLGA, 'decline', id, 'Unknown key.');
    expect(stage.passkeys).toMatchObject([{ removalDueAt: expect.any(Date) }]);
    await actOn(stage, OLGA, 'allow-retry', id);
    await stage.cms.startAgain({ ...OLGA, id: 'ada' }, id);
    expect(stage.device?.state).toBe('available');
    expect(eventsOf(stage)).toEqual(['passkey.registered', 'passkey.removal-due']);
  });

  it('are due when the issuance is cancelled before its end', async () => {
    const stage = await PasskeyStage.open({ passkeys: { services: ['entra', 'portal'] } });
    const second = await stage.relay('passkey').then((answer) => stage.next(answer));
    await stage.cancel(second);
    expect(stage.device).toMatchObject({ state: 'failed' });
    expect(stage.passkeys).toMatchObject([{ service: 'entra', removalDueAt: expect.any(Date) }]);
  });

  it('stay due while their service is away, which is asked once in a run; others are removed', async () => {
    const stage = await issued({ passkeys: { services: ['entra', 'portal'] } });
    await actOn(stage, OLGA, 'terminate', stage.device?.id ?? '');
    const [old] = stage.passkeys;
    if (!old) throw new Error('there is a passkey');
    await stage.know({ ...old, id: randomUUID(), credentialId: 'YW5vdGhlcg' });
    stage.services.entra.failures.remove.push(failureOf('PASSKEY_SERVICE_UNAVAILABLE'));
    stage.services.portal.failures.remove.push(failureOf('PASSKEY_SERVICE_REFUSED', { status: 403 }));
    expect(await stage.cms.removeDuePasskeys()).toBe(0);
    expect(await stage.cms.removeDuePasskeys()).toBe(3);
    expect(stage.passkeys.every(({ removedAt }) => removedAt !== null)).toBe(true);
  });

  it('are removed although a hundred others cannot be', async () => {
    const stage = await issued({ passkeys: { services: ['entra', 'portal'] } });
    await actOn(stage, OLGA, 'terminate', stage.device?.id ?? '');
    const [old] = stage.passkeys;
    if (!old) throw new Error('there is a passkey');
    const removalDueAt = new Date(0);
    for (let count = 0; count < 120; count += 1)
      await stage.know({ ...old, id: randomUUID(), credentialId: `old${count}`, service: 'gone', removalDueAt });
    expect(await stage.cms.removeDuePasskeys()).toBe(2);
  });

  it('do not block the next issuance of the same device', async () => {
    const stage = await issued();
    const [old] = stage.passkeys;
    await actOn(stage, OLGA, 'terminate', stage.device?.id ?? '');
    await actOn(stage, OLGA, 'release', stage.device?.id ?? '', 'Again.');
    stage.services.entra.excluded = [old?.credentialId ?? '', 'c29tZS1vdGhlcg'];
    await stage.reinsert();
    expect(await stage.relay()).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(stage.host.fido.orders.map(({ options }) => options.excludeCredentials)).toEqual([
      [{ type: 'public-key', id: 'c29tZS1vdGhlcg' }],
    ]);
    expect(await stage.cms.removeDuePasskeys()).toBe(1);
    expect(stage.passkeys.map(({ removedAt }) => removedAt !== null)).toEqual([true, false]);
  });
});

it('returns a device that waits for its PIN to production if the policy now wants a passkey', async () => {
  const stage = await PasskeyStage.open({ passkeys: null });
  stage.host.user = () => {
    throw new CardwrightError('USER_CANCELLED');
  };
  expect(await stage.relay()).toMatchObject({ state: 'running', deviceState: 'pending' });
  await stage.changePolicy({ services: ['entra'] });
  await stage.reinsert();
  expect(await stage.relay('passkey')).toMatchObject({ deviceState: 'producing' });
});
