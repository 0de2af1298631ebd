import { changePin, unlock } from '@cardwright/cms';
import { describe, expect, it } from '@jest/globals';
import { actOn, NO_VERSION, requestOf, shownVersion } from '../../support/engine/operator-action.js';
import { personOf } from '../../support/engine/people.js';
import { otherThan } from '../../support/engine/unlock-code.js';
import { CodedStage } from '../support/coded-stage.js';
import { WIDE_QUOTAS } from '../support/test-cms.js';
import { ADA } from '../support/toy-stage.js';

/** Attack: someone with a card and its owner's login wants to set a PIN without the code that an operator gives only to the owner. */

const OLGA = personOf('olga');
const BOB = personOf('bob');
const MINUTE = 60_000;
const INCORRECT = { code: 'CODE_INCORRECT' };

/** Expects a start to be refused, and card and operations to be unchanged. */
async function expectRefused(coded: CodedStage, start: Promise<unknown>, why: object = INCORRECT): Promise<void> {
  const { pin, puk } = coded.stage.card;
  await expect(start).rejects.toMatchObject(why);
  expect([coded.stage.card.pin, coded.stage.card.puk]).toEqual([pin, puk]);
  expect(coded.stage.running).toEqual([]);
}

describe('a start where the policy wants a code', () => {
  it('is refused without one', async () => {
    const coded = await CodedStage.open();
    await coded.issue();
    await expectRefused(coded, coded.start(), { code: 'CODE_NEEDED' });
  });

  it('is refused with any code where none was issued', async () => {
    const coded = await CodedStage.open();
    for (const code of ['', '00000000', 'null', 'undefined', '0'.repeat(20)])
      await expectRefused(coded, coded.start(code), { ...INCORRECT, data: { retriesLeft: null } });
  });

  it('is refused with an empty code, the beginning of one, or one that is longer', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    for (const wrong of ['', code.slice(0, 7), `${code}0`, ` ${code}`]) await expectRefused(coded, coded.start(wrong));
  });

  it('is refused with the code of another device', async () => {
    const [mine, other] = [await CodedStage.open(), await CodedStage.open({ model: 'piv' })];
    const { code } = await other.issue();
    const own = await mine.issue();
    if (code !== own.code) await expectRefused(mine, mine.start(code));
    // A stored code is invalid in the row of another device.
    const { unlockCode } = other.stage.device ?? {};
    const row = mine.stage.device;
    if (!row || !unlockCode) throw new Error('both have a code');
    const changes = {
      operations: [],
      escrows: [],
      certificates: [],
      passkeys: [],
      notices: [],
      work: [],
      audit: [],
      events: [],
    };
    await mine.stage.store.transaction((transaction) =>
      transaction.write({ ...changes, devices: [{ ...row, unlockCode }] }),
    );
    await expect(mine.start(code)).rejects.toThrow();
    expect(mine.stage.running).toEqual([]);
  });

  it('is refused with a code that is ten minutes old', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    coded.ahead = 10 * MINUTE;
    await expectRefused(coded, coded.start(code), { ...INCORRECT, data: { retriesLeft: null } });
  });

  it('is refused with a code that was used', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    expect(await coded.unlock(code)).toMatchObject({ state: 'done' });
    await expectRefused(coded, coded.start(code), { ...INCORRECT, data: { retriesLeft: null } });
  });

  it('is refused with a code that was used for a cancelled unlock', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    const { operation } = await coded.start(code);
    await coded.stage.cms.cancel({ person: ADA, language: 'en' }, operation);
    await expectRefused(coded, coded.start(code));
  });

  it('is refused with a code whose operation was ended by another one', async () => {
    const coded = await CodedStage.open({ operations: [changePin, unlock] });
    const { code } = await coded.issue();
    const first = await coded.newHost();
    const started = await coded.start(code, first);
    const other = await coded.newHost();
    const moved = await coded.stage.start(other, 'change-pin');
    await coded.stage.cms.cancel({ person: ADA, language: 'en' }, moved.operation);
    await expectRefused(coded, coded.start(code));
    await expect(coded.stage.next(first, started)).rejects.toMatchObject({ code: 'OPERATION_MOVED' });
  });

  it.each([
    ['naming its session', (session: string) => [session]],
    ['naming none', () => []],
  ])('stays valid for a later unlock when an outdated page cancels the first, %s', async (_how, named) => {
    const coded = await CodedStage.open({ operations: [changePin, unlock] });
    const outdated = await coded.newHost();
    const first = await coded.start((await coded.issue()).code, outdated);
    await coded.stage.start(await coded.newHost(), 'change-pin');
    const { code } = await coded.issue();
    const host = await coded.newHost();
    const second = await coded.start(code, host);
    expect(second.operation).not.toBe(first.operation);
    const before = coded.stage.store.contents();
    const cancelled = coded.stage.cms.cancel(coded.stage.by(), first.operation, ...named(outdated.session));
    await expect(cancelled).rejects.toMatchObject({ code: 'OPERATION_MOVED' });
    expect(coded.stage.store.contents()).toEqual(before);
    // An unlock that was interrupted needs its code again.
    expect((await coded.start(code, await coded.newHost())).operation).toBe(second.operation);
  });

  it('sets one PIN for one code, in however many tabs it is typed', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    const tabs = await Promise.all([coded.newHost(), coded.newHost()]);
    const answers = await Promise.all(tabs.map(async (host) => ({ host, answer: await coded.start(code, host) })));
    expect(coded.stage.running).toEqual(['unlock']);
    // The first tab is told that another one took over.
    const ends = await Promise.allSettled(answers.map(({ host, answer }) => coded.finish(host, answer)));
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expectRefused(coded, coded.start(code));
    expect(coded.log.filter((entry) => entry.includes('unlock-code.used'))).toHaveLength(1);
  });
});

describe('a code', () => {
  it('cannot be guessed: after five wrong ones the right one is invalid', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    for (const retriesLeft of [4, 3, 2, 1, 0])
      await expectRefused(coded, coded.start(otherThan(code)), { ...INCORRECT, data: { retriesLeft } });
    await expectRefused(coded, coded.start(code), { ...INCORRECT, data: { retriesLeft: null } });
  });

  it('cannot be guessed by many starts at once', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    const guesses = await Promise.allSettled(Array.from({ length: 12 }, () => coded.start(otherThan(code))));
    expect(guesses.every(({ status }) => status === 'rejected')).toBe(true);
    await expectRefused(coded, coded.start(code));
  });

  it('cannot be guessed through reissues: tries are limited by person and hour', async () => {
    const coded = await CodedStage.open({ quotas: { ...WIDE_QUOTAS, codeTriesPerHour: 6 } });
    for (let round = 0; round < 2; round += 1) {
      const { code } = await coded.issue();
      for (let guess = 0; guess < 3; guess += 1) await expectRefused(coded, coded.start(otherThan(code)));
    }
    const { code } = await coded.issue();
    // Neither wrong nor right codes are compared any more.
    for (const tried of [otherThan(code), code, code]) {
      await expectRefused(coded, coded.start(tried), { code: 'RATE_LIMITED' });
      expect(coded.stage.device).toMatchObject({ unlockCodeTries: 5 });
    }
  });

  it('is limited for a person even where the CMS sets no quotas', async () => {
    const coded = await CodedStage.open();
    for (let guess = 0; guess < 20; guess += 1) await expectRefused(coded, coded.start('00000000'));
    await expectRefused(coded, coded.start('00000000'), { code: 'RATE_LIMITED' });
  });

  it('is not readable in the store', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    await coded.start(otherThan(code)).catch(() => undefined);
    expect(JSON.stringify(coded.stage.store.contents())).not.toContain(code);
    await coded.unlock(code);
    // A mistyped code reveals most of its digits.
    const kept = JSON.stringify(coded.stage.store.contents());
    for (const typed of [code, otherThan(code)]) expect(kept).not.toContain(typed);
  });

  it.each([
    ['suspended', (coded: CodedStage) => actOn(coded.stage, OLGA, 'suspend', coded.id)],
    ['terminated', (coded: CodedStage) => actOn(coded.stage, OLGA, 'terminate', coded.id, 'lost')],
  ] as const)('is invalid once the device is %s', async (_state, happen) => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    await happen(coded);
    await expectRefused(coded, coded.start(code), { code: 'DEVICE_NOT_ELIGIBLE' });
    expect(coded.stage.device?.unlockCode).toBeNull();
  });

  it('stays invalid when a suspended device is resumed', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    await actOn(coded.stage, OLGA, 'suspend', coded.id);
    await actOn(coded.stage, OLGA, 'resume', coded.id);
    await expectRefused(coded, coded.start(code));
  });

  it('is useless to someone else, and costs its owner no try', async () => {
    const coded = await CodedStage.open();
    const { code } = await coded.issue();
    for (const tried of [code, otherThan(code)])
      await expectRefused(coded, coded.start(tried, undefined, BOB), { code: 'DEVICE_NOT_ELIGIBLE' });
    expect(coded.stage.device).toMatchObject({ unlockCodeTries: 5, unlockCodeOperation: null });
  });
});

describe('the issue of a code', () => {
  const expectNone = async (coded: CodedStage, issuing: Promise<unknown>, code: string): Promise<void> => {
    await expect(issuing).rejects.toMatchObject({ code });
    expect(coded.log).toEqual([]);
    expect(coded.stage.device).toMatchObject({ unlockCode: null, unlockCodeIssuedAt: null });
  };

  it('is refused to the owner of the device, whatever her role', async () => {
    const coded = await CodedStage.open();
    await expectNone(coded, coded.issue(ADA), 'FORBIDDEN');
  });

  it('is refused for a device that changed since the operator saw it', async () => {
    const coded = await CodedStage.open();
    const seen = shownVersion(coded.stage.store.contents(), coded.id);
    await actOn(coded.stage, OLGA, 'suspend', coded.id);
    await actOn(coded.stage, OLGA, 'resume', coded.id);
    for (const old of [seen, NO_VERSION])
      await expectNone(coded, coded.stage.cms.issueUnlockCode(OLGA, coded.id, requestOf(old)), 'DEVICE_CHANGED');
  });

  it.each([
    ['nothing', undefined],
    ['no version', {}],
    ['more than a version', { seen: NO_VERSION, code: '12345678' }],
  ])('is refused to a request with %s', async (_what, request) => {
    const coded = await CodedStage.open();
    await expectNone(coded, coded.stage.cms.issueUnlockCode(OLGA, coded.id, request), 'INVALID_PARAMS');
  });

  it.each([
    ['suspended', (coded: CodedStage) => actOn(coded.stage, OLGA, 'suspend', coded.id)],
    ['terminated', (coded: CodedStage) => actOn(coded.stage, OLGA, 'terminate', coded.id, 'lost')],
  ] as const)('is refused for a device that is %s', async (_state, happen) => {
    const coded = await CodedStage.open();
    await happen(coded);
    await expectNone(coded, coded.issue(), 'DEVICE_STATE');
  });

  it('is refused for a device that does not exist', async () => {
    const coded = await CodedStage.open();
    const id = '6f2a1f5e-3c1e-4c38-9a53-0d2f4a2c9b11';
    await expectNone(coded, coded.stage.cms.issueUnlockCode(OLGA, id, requestOf(NO_VERSION)), 'DEVICE_STATE');
  });

  it('is limited for each operator and hour', async () => {
    const coded = await CodedStage.open({ quotas: { ...WIDE_QUOTAS, unlockCodesPerHour: 2 } });
    for (let issued = 0; issued < 2; issued += 1) await coded.issue();
    const before = coded.stage.device;
    await expect(coded.issue()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(coded.stage.device).toEqual(before);
    await coded.issue(personOf('oscar'));
  });
});
