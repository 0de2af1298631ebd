import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import { CARDS, type Desk, failuresIn, goodDesk } from './desk.js';

const MANAGED = '/etc/opt/chrome/policies/managed';
const FIREFOX = '/etc/firefox/policies/policies.json';

const chromium = (settings: object, id = CHROMIUM_EXTENSION_ID): string =>
  JSON.stringify({ '3rdparty': { extensions: { [id]: settings } } });
const firefox = (settings: object): string =>
  JSON.stringify({ policies: { '3rdparty': { Extensions: { [FIREFOX_EXTENSION_ID]: settings } } } });

describe('doctor', () => {
  let desk: Desk;
  beforeEach(() => {
    desk = goodDesk();
  });
  afterEach(() => desk.remove());

  const settings = async () =>
    (await desk.check(CARDS.good))
      .filter(({ check }) => check.id === 'settings')
      .map(({ check, remedy }) => [check.outcome, check.detail, remedy]);

  it('says nothing of settings where no policy has any, or only those of other extensions', async () => {
    expect(await settings()).toEqual([]);
    desk.write(`${MANAGED}/other.json`, chromium({ locale: 'qaa' }, 'b'.repeat(32)));
    expect(await settings()).toEqual([]);
  });

  it('reports what the extension drops, with its file and what is allowed', async () => {
    desk.write(`${MANAGED}/fleet.json`, chromium({ support: { email: 'help.corp.test' }, locale: 'de' }));
    desk.write(FIREFOX, firefox({ support: { linux: 'http://get.corp.test/' } }));
    expect(await settings()).toEqual([
      [
        'failed',
        `Chrome: ${MANAGED}/fleet.json: support.email`,
        'Allowed is an e-mail address such as help@example.org.',
      ],
      ['failed', `Firefox: ${FIREFOX}: support.linux`, 'Allowed is an https address without user name and password.'],
    ]);
    expect(new Set(failuresIn(await desk.check(CARDS.good)).map(({ code }) => code))).toEqual(
      new Set(['POLICY_UNREADABLE']),
    );
  });

  it('judges the setting that the browser obeys: that of the last file by name', async () => {
    desk.write(`${MANAGED}/a.json`, chromium({ locale: 'qaa', logLevel: 'off' }));
    desk.write(`${MANAGED}/b.json`, chromium({ locale: 'de' }));
    desk.write(`${MANAGED}/c.json`, '{ broken');
    expect(await settings()).toEqual([['passed', 'Chrome: the extension can read all its settings', null]]);
    desk.write(`${MANAGED}/d`, chromium({ logLevel: 'loud' }));
    expect(await settings()).toEqual([['failed', `Chrome: ${MANAGED}/d: logLevel`, expect.any(String)]]);
  });

  it('reads no file of Firefox for a browser of the family of Chromium', async () => {
    desk.write(`${MANAGED}/policies.json`, firefox({ locale: 'qaa' }));
    expect(await settings()).toEqual([]);
  });
});
