import { changePin, unlock } from '@cardwright/cms';
import { readDevicePolicy } from '@cardwright/cms/policies';
import { describe, expect, it } from '@jest/globals';
import { otherThan } from '../support/engine/unlock-code.js';
import { newPolicy } from '../integration/store/rows.js';
import { CodedStage, NEW_PIN } from './support/coded-stage.js';

const MINUTE = 60_000;

describe('a new PIN for which the policy wants a code', () => {
  it('is set with a code that an operator read out, and the log says who did what', async () => {
    const coded = await CodedStage.open();
    const { code, expiresAt } = await coded.issue();
    expect(code).toMatch(/^\d{8}$/);
    expect(expiresAt.getTime() - (coded.stage.device?.unlockCodeIssuedAt?.getTime() ?? 0)).toBe(10 * MINUTE);
    expect(await coded.unlock(code)).toMatchObject({ state: 'done' });
    expect(coded.stage.card.pin).toBe(NEW_PIN);
    expect(coded.log).toEqual(['olga unlock-code.issued ok', 'ada unlock-code.used ok']);
  });

  it('asks for a missing code without counting a try', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    for (let start = 0; start < 6; start += 1)
      await expect(coded.start()).rejects.toMatchObject({ code: 'CODE_NEEDED' });
    expect(await coded.unlock(code)).toMatchObject({ state: 'done' });
  });

  it('shows the tries left after a mistyped code', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    for (const retriesLeft of [4, 3])
      await expect(coded.start(otherThan(code))).rejects.toMatchObject({
        code: 'CODE_INCORRECT',
        data: { retriesLeft },
      });
    expect(await coded.unlock(code)).toMatchObject({ state: 'done' });
    expect(coded.log).toContain('ada unlock-code.refused failed');
  });

  it('can be started again after a lost answer', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    const host = await coded.newHost();
    const lost = await coded.start(code, host);
    expect((await coded.start(code, host)).operation).toBe(lost.operation);
    expect(await coded.unlock(code, host)).toMatchObject({ state: 'done', operation: lost.operation });
    expect(coded.log.filter((entry) => entry.includes('unlock-code.used'))).toHaveLength(1);
  });

  it('continues after an interruption with the same code while that is valid', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    const pulled = await coded.newHost();
    pulled.pull = { method: 'pin.unblock', when: 'before' };
    const { operation } = await coded.unlock(code, pulled);
    expect(await coded.unlock(code)).toMatchObject({ state: 'done', operation });
  });

  it('needs another code when the first expired during an interruption', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    const pulled = await coded.newHost();
    pulled.pull = { method: 'pin.unblock', when: 'before' };
    await coded.unlock(code, pulled);
    coded.ahead = 10 * MINUTE;
    await expect(coded.start(code)).rejects.toMatchObject({ code: 'CODE_INCORRECT', data: { retriesLeft: null } });
    expect(await coded.unlock((await coded.issue()).code)).toMatchObject({ state: 'done' });
  });

  it('accepts only the newest code', async () => {
    const coded = await CodedStage.open();
    const { code: first } = await coded.issue();
    const { code: second } = await coded.issue();
    if (first !== second) await expect(coded.start(first)).rejects.toMatchObject({ code: 'CODE_INCORRECT' });
    expect(await coded.unlock(second)).toMatchObject({ state: 'done' });
  });

  it('shows the owner when the code was issued, but not the code', async () => {
    const coded = await CodedStage.open();
    await coded.unlock((await coded.issue()).code);
    expect(coded.stage.device).toMatchObject({ unlockCode: null, unlockCodeIssuedBy: 'olga' });
    expect(coded.stage.device?.unlockCodeIssuedAt).toBeInstanceOf(Date);
  });
});

it('ignores a code if the policy wants none, and leaves it unused', async () => {
  const coded = await CodedStage.open();
  const { code } = await coded.issue();
  await coded.want(false);
  const before = coded.stage.device;
  await coded.start(otherThan(code));
  await coded.start(code);
  expect(coded.stage.device).toEqual(before);
  expect(coded.log).toEqual(['olga unlock-code.issued ok']);
});

it('gets no code if the policy wants none', async () => {
  const coded = await CodedStage.open({ policy: { unlockNeedsCode: false } });
  await expect(coded.issue()).rejects.toMatchObject({ code: 'DEVICE_STATE' });
  expect(await coded.unlock()).toMatchObject({ state: 'done' });
});

it('needs no code under a policy of an earlier version without that setting', () => {
  const { policy } = newPolicy('yubikey');
  const earlier = { ...policy };
  Reflect.deleteProperty(earlier, 'unlockNeedsCode');
  expect(readDevicePolicy({ policy: earlier }).unlockNeedsCode).toBe(false);
});

it('needs no code when the PIN is changed with the old one', async () => {
  const coded = await CodedStage.open({ operations: [changePin, unlock] });
  const host = await coded.stage.newHost();
  const { pin } = coded.stage.card;
  host.user = (secret) => (secret === 'newPin' ? NEW_PIN : pin);
  expect(await coded.stage.relay(host, 'change-pin')).toMatchObject({ state: 'done' });
});
