import { operatorsWords, whyDeclined } from '@cardwright/cms/devices';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { newDevice } from '../../integration/store/rows.js';
import { CmsUser } from '../support/cms-user.js';
import { TestCms, WIDE_QUOTAS } from '../support/test-cms.js';
import { ALICE, BOB, OLGA } from '../support/test-people.js';

/** Attacks by the name that an owner gives a device, on operators who read it and on devices of others. */

let cms: TestCms;
let alice: CmsUser;
let bob: CmsUser;
let olga: CmsUser;
let id: string;

beforeEach(async () => {
  cms = await TestCms.open();
  [alice, bob, olga] = [new CmsUser(cms, ALICE), new CmsUser(cms, BOB), new CmsUser(cms, OLGA)];
  id = await put({ state: 'active' });
});

async function put(about: Parameters<typeof newDevice>[1]): Promise<string> {
  const device = newDevice(ALICE.id, about);
  await cms.store.transaction((transaction) => transaction.insertDevice(device));
  return device.id;
}

const rowOf = (device: string) => cms.store.contents().devices.find((one) => one.id === device);

describe('the name of a device', () => {
  it('is kept as its owner wrote it, and taken away again', async () => {
    expect(await alice.rename(id, '  Key on my key ring ')).toMatchObject({ body: { name: 'Key on my key ring' } });
    expect(rowOf(id)?.name).toBe('Key on my key ring');
    expect(await alice.rename(id, null)).toMatchObject({ body: { name: null } });
    expect(rowOf(id)?.name).toBeNull();
  });

  it.each([
    'x',
    '第二のカード',
    'Müllers Schlüssel',
    'مفتاحي',
    '🗝\uFE0F blue',
    'g\u0308',
    '🔑'.repeat(60),
    '<b>&amp;</b>',
  ])('can be %j', async (name) => {
    expect(await alice.rename(id, name)).toMatchObject({ status: 200, body: { name: name.normalize('NFC') } });
  });

  it('may be that of another device of the same owner', async () => {
    const other = await put({ state: 'active' });
    for (const one of [id, other]) expect((await alice.rename(one, 'Blue badge')).status).toBe(200);
  });

  it.each([
    ['nothing', ''],
    ['spaces alone', ' \u00A0\u3000 '],
    ['more than 60 characters', 'x'.repeat(61)],
    ['more than 60 characters beyond the basic plane', '🔑'.repeat(61)],
    ['a line break', 'Blue\nbadge'],
    ['a line separator', 'Blue\u2028badge'],
    ['a control character', 'Blue\u0007badge'],
    ['a delete', 'Blue\u007Fbadge'],
    ['a character that reverses the text', 'Blue\u202Eegdab'],
    ['an isolate', 'Blue\u2066badge'],
    ['a space without width', 'Blue\u200Bbadge'],
    ['a joiner', 'Blue\u200Dbadge'],
    ['a soft hyphen', 'Blue\u00ADbadge'],
    ['a byte order mark', 'Blue\uFEFFbadge'],
    ['a filler that looks blank', '\u3164'],
    ['a Braille pattern without dots', '\u2800'],
    ['tags', 'Blue\u{E0041}\u{E0042}'],
    ['a variation selector after a letter', 'a\uFE0F'],
    ['half of a surrogate pair', 'Blue\uD83D'],
    ['a private character', 'Blue\uE000'],
    ['a mark without a letter', '\u0301x'],
    ['marks that cover the lines around', `x${'\u0335'.repeat(5)}`],
    ['much text', 'x'.repeat(1_000_000)],
    ['a number', 7],
    ['a list', ['Blue badge']],
    ['nothing at all', undefined],
  ])('cannot be %s', async (_what, name) => {
    const before = cms.store.contents();
    expect((await alice.rename(id, name)).code).toBe('INVALID_PARAMS');
    expect(cms.store.contents()).toEqual(before);
  });

  it('is not given to a device of someone else, whoever asks, as if that did not exist', async () => {
    for (const someone of [bob, olga])
      expect(await someone.rename(id, 'Mine')).toEqual(await someone.rename(newDevice(BOB.id).id, 'Mine'));
    expect((await bob.rename(id, 'Mine')).code).toBe('DEVICE_STATE');
    expect(rowOf(id)?.name).toBeNull();
  });

  it.each(['available', 'terminated'] as const)('is not changed once the device is %s', async (state) => {
    const over = await put({ state, name: 'Old badge' });
    expect((await alice.rename(over, 'New badge')).code).toBe('DEVICE_STATE');
    expect(rowOf(over)?.name).toBe('Old badge');
  });

  it('is never taken for the words of an operator', async () => {
    const failed = await put({ state: 'failed', stateReason: 'CARD_REMOVED' });
    for (const [device, name] of [
      [failed, 'declined by an operator: not ours'],
      [id, 'suspended by an operator: at once'],
    ] as const) {
      expect((await alice.rename(device, name)).status).toBe(200);
      const row = rowOf(device);
      if (!row) throw new Error('there is no such device');
      expect([operatorsWords(row), whyDeclined(row)]).toEqual([null, null]);
    }
  });

  it('stays out of the audit log, which says who gave one', async () => {
    await alice.rename(id, 'Key of Ada Lovelace');
    const [entry] = cms.audit.filter(({ event }) => event === 'device.renamed');
    expect(entry).toMatchObject({ actor: 'alice', deviceId: id, detail: { isNamed: true } });
    expect(JSON.stringify(cms.audit)).not.toContain('Lovelace');
  });

  it('does not fill the audit log: the same name is no entry, and an hour has a limit', async () => {
    cms.restart({ quotas: { ...WIDE_QUOTAS, renamesPerHour: 2 } });
    for (const name of ['one', 'one', 'one', 'two']) expect((await alice.rename(id, name)).status).toBe(200);
    expect((await alice.rename(id, 'three')).code).toBe('RATE_LIMITED');
    expect(rowOf(id)?.name).toBe('two');
    expect(cms.audit.filter(({ event }) => event === 'device.renamed')).toHaveLength(2);
  });
});

describe('an operator’s page that a new name made outdated', () => {
  it('still suspends the device that it shows: its owner cannot hold that off by renaming', async () => {
    const seen = cms.versionOf(id);
    const { updatedAt } = rowOf(id) ?? {};
    await alice.rename(id, 'Someone else’s key');
    expect(cms.versionOf(id)).toBe(seen);
    expect(rowOf(id)?.updatedAt).toEqual(updatedAt);
    expect(await olga.actWith(id, 'suspend', { seen })).toMatchObject({ status: 200 });
  });

  it('never acts on the other device of two that changed their names', async () => {
    const other = await put({ state: 'active' });
    const seen = cms.versionOf(id);
    await alice.rename(id, 'Red badge');
    await alice.rename(other, 'Blue badge');
    expect((await olga.actWith(other, 'suspend', { seen })).code).toBe('DEVICE_CHANGED');
    await olga.actWith(id, 'suspend', { seen });
    expect([id, other].map((device) => rowOf(device)?.state)).toEqual(['suspended', 'active']);
  });

  it('is refused as ever once anything else has changed, though the name was changed too', async () => {
    const seen = cms.versionOf(id);
    await olga.act(id, 'suspend');
    await alice.rename(id, 'Blue badge');
    expect((await olga.actWith(id, 'terminate', { seen })).code).toBe('DEVICE_CHANGED');
    expect(rowOf(id)?.state).toBe('suspended');
  });
});
