import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readSettings } from '@cardwright/protocol/settings';
import '../../support/fake-chrome.js';

const { writePolicySchema } = await import('../../../extension/src/policy/managed-schema.js');
const { hostPolicyOf, judgeSite } = await import('../../../extension/src/policy/policy-in-force.js');

const ORIGIN = 'https://portal.example';
const OTHER = 'https://other.example';

/** Returns the rule that decides about a site under a policy. */
const ruleOf = (managed: Record<string, unknown>, origin = ORIGIN) =>
  judgeSite(readSettings(managed).policy, origin).rule;

describe('the managed schema of the package', () => {
  it('matches the settings and their words', () => {
    const published = readFileSync(new URL('../../../extension/policy-schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(JSON.parse(writePolicySchema()));
  });
});

describe('a policy that can be read', () => {
  const managed = {
    inspectorPanel: true,
    allowedSites: { [ORIGIN]: ['use', 'read'] },
    blockedSites: ['*', OTHER],
    support: { name: 'IT', linux: 'https://get.example/' },
    allowedDevices: ['fido2', 'yubikey'],
    pinRules: { minLength: 7, digitsOnly: false },
    minimumExtensionVersion: '0.1.0',
    minimumHostVersion: '1.2',
    logLevel: 'error',
    locale: 'de',
  };

  it('is read whole', () => {
    const { policy, unreadable } = readSettings(managed);
    expect(unreadable).toEqual([]);
    expect(policy).toMatchObject({
      inspectorPanel: true,
      support: managed.support,
      allowedDevices: ['yubikey', 'fido2'],
      pinRules: { minLength: 7, fidoMinLength: 4, digitsOnly: false, forbidTrivial: false },
      minimumHostVersion: '1.2',
      logLevel: 'error',
      locale: 'de',
    });
    expect(judgeSite(policy, ORIGIN).classes).toEqual(['read', 'use']);
  });

  it('demands nothing of the host if it does not mention it', () => {
    expect(hostPolicyOf(readSettings({ locale: 'de', minimumHostVersion: '1' }).policy)).toBeNull();
    expect(hostPolicyOf(readSettings({ logLevel: 'off' }).policy)).toEqual({
      allowedDevices: null,
      pinRules: null,
      logLevel: 'off',
    });
  });
});

describe('the rule that decides about a site', () => {
  it.each<[string, Record<string, unknown>, string | null]>([
    ['nothing', {}, null],
    ['its block, before its grant', { allowedSites: { [ORIGIN]: ['read'] }, blockedSites: [ORIGIN] }, 'blockedSites'],
    [
      'its grant, before the block of all others',
      { allowedSites: { [ORIGIN]: ['read'] }, blockedSites: ['*'] },
      'allowedSites',
    ],
    ['the block of all others', { allowedSites: { [OTHER]: ['read'] }, blockedSites: ['*'] }, 'unlisted'],
    ['nothing, where others are named', { allowedSites: { [OTHER]: ['read'] }, blockedSites: [`${OTHER}:8443`] }, null],
  ])('is %s', (_, managed, rule) => {
    expect(ruleOf(managed)).toBe(rule);
  });
});

describe('an unreadable part of a policy', () => {
  it.each<[string, unknown]>([
    ['no object', 'all'],
    ['a list', [ORIGIN]],
    ['null', null],
    ['no list of classes', { [ORIGIN]: 'manage' }],
    ['no class', { [ORIGIN]: [] }],
    ['unknown classes alone', { [ORIGIN]: ['all', 'Read'] }],
    ['an address in place of the origin', { [`${ORIGIN}/`]: ['manage'] }],
    ['an origin with its default port', { [`${ORIGIN}:443`]: ['manage'] }],
    ['an origin in capitals', { [ORIGIN.toUpperCase()]: ['manage'] }],
    ['a pattern', { 'https://*.example': ['manage'] }],
    ['every site', { '*': ['manage'] }],
    ['a host', { 'portal.example': ['manage'] }],
    ['another scheme', { 'file:///': ['manage'] }],
  ])('refuses the site in allowedSites: %s', (_, allowedSites) => {
    const read = readSettings({ allowedSites });
    const { verdict, rule, classes } = judgeSite(read.policy, ORIGIN);
    expect([verdict, rule, classes]).toEqual(['blocked', 'unreadable', []]);
    expect(read.unreadable).toHaveLength(1);
  });

  it('grants only the readable classes, and takes nothing from other sites', () => {
    const { policy, unreadable } = readSettings({
      allowedSites: { [ORIGIN]: ['read', 'all', 'read'], [OTHER]: ['use'] },
    });
    expect(judgeSite(policy, ORIGIN).classes).toEqual(['read']);
    expect(judgeSite(policy, OTHER).classes).toEqual(['use']);
    expect(unreadable).toEqual([`allowedSites.${ORIGIN}`]);
  });

  it.each<[string, unknown]>([
    ['no list', { [ORIGIN]: true }],
    ['a text', ORIGIN],
    ['a number in the list', [7]],
    ['a host in the list', ['portal.example']],
    ['a pattern in the list', ['https://*.example']],
  ])('refuses every site that is not allowed in blockedSites: %s', (_, blockedSites) => {
    expect(ruleOf({ blockedSites })).toBe('unreadable');
    expect(ruleOf({ blockedSites, allowedSites: { [ORIGIN]: ['read'] } })).toBe('allowedSites');
  });

  it.each([`${ORIGIN}/`, `${ORIGIN}/a?b`, `${ORIGIN}:443`, 'HTTPS://PORTAL.example'])(
    'blocks the whole site of %s',
    (address) => {
      expect(ruleOf({ blockedSites: [address], allowedSites: { [ORIGIN]: ['read'] } })).toBe('blockedSites');
    },
  );

  it.each<[unknown, string[]]>([
    ['yubikey', []],
    [{ yubikey: true }, []],
    [null, []],
    [['YubiKey', 'unknown', 7], []],
    [['yubikey', 'fido'], ['yubikey']],
    [[], []],
  ])('opens no device: allowedDevices %j', (allowedDevices, models) => {
    expect(readSettings({ allowedDevices }).policy.allowedDevices).toEqual(models);
  });

  it.each<[unknown, object]>([
    ['strict', { minLength: 8, fidoMinLength: 8, digitsOnly: true, forbidTrivial: true }],
    [{ minLength: '6' }, { minLength: 8, fidoMinLength: 4 }],
    [
      { minLength: 12, fidoMinLength: 100 },
      { minLength: 8, fidoMinLength: 63 },
    ],
    [
      { minLength: 2.5, digitsOnly: 'no' },
      { minLength: 8, digitsOnly: true },
    ],
    [{ forbidTrivial: 0 }, { forbidTrivial: true }],
  ])('weakens no PIN: pinRules %j', (pinRules, rules) => {
    const { policy, unreadable } = readSettings({ pinRules });
    expect(policy.pinRules).toMatchObject(rules);
    expect(unreadable).not.toEqual([]);
  });

  it('is reported by its path, without its value', () => {
    const { policy, unreadable } = readSettings({
      inspectorPanel: 'yes',
      siteKeys: { [ORIGIN]: { keys: 'none' } },
      foreignRelyingParties: { [ORIGIN]: [7] },
      support: { name: 'IT', linux: 'http://get.example/', fax: '1' },
      minimumHostVersion: 'latest',
      minimumExtensionVersion: 2,
      logLevel: 'debug',
      locale: 'qaa',
      allowedsites: { [ORIGIN]: ['manage'] },
    });
    expect([...unreadable].sort()).toEqual(
      [
        'allowedsites',
        'inspectorPanel',
        `siteKeys.${ORIGIN}`,
        `foreignRelyingParties.${ORIGIN}.0`,
        'support.linux',
        'support.fax',
        'minimumHostVersion',
        'minimumExtensionVersion',
        'logLevel',
        'locale',
      ].sort(),
    );
    expect(policy).toMatchObject({ inspectorPanel: false, support: { name: 'IT' }, logLevel: 'off', locale: null });
    expect(judgeSite(policy, ORIGIN)).toMatchObject({ rule: null, keys: 'invalid', relyingParties: [] });
  });

  it('is a member without a meaning, which may be misspelt', () => {
    const { policy, unreadable } = readSettings({
      pinRules: { minLenght: 8 },
      foreignRelyingParties: { [ORIGIN]: [{ origin: OTHER, paht: '/login' }] },
    });
    expect([...unreadable].sort()).toEqual([`foreignRelyingParties.${ORIGIN}.0.paht`, 'pinRules.minLenght']);
    expect(policy.foreignRelyingParties.get(ORIGIN)).toEqual([{ origin: OTHER, path: '/' }]);
  });

  it('is a relying party beyond the maximum', () => {
    const many = Array.from({ length: 34 }, (_, index) => ({ origin: `https://rp-${index}.example` }));
    const { unreadable } = readSettings({ foreignRelyingParties: { [ORIGIN]: [7, ...many] } });
    expect(unreadable).toEqual([0, 33, 34].map((index) => `foreignRelyingParties.${ORIGIN}.${index}`));
  });

  it.each([[7], [{ 'portal.example': {} }]])('leaves no site to its own keys: siteKeys %j', (siteKeys) => {
    expect(judgeSite(readSettings({ siteKeys }).policy, ORIGIN).keys).toBe('invalid');
  });

  it.each(['constructor', '__proto__', 'toString'])('is not taken for a member that every object has: %s', (name) => {
    expect(judgeSite(readSettings({ allowedSites: {}, siteKeys: {} }).policy, name)).toMatchObject({
      rule: null,
      keys: null,
    });
    expect(readSettings(JSON.parse(`{"${name}": 1}`) as Record<string, unknown>).unreadable).toEqual([name]);
  });
});
