import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { policyTemplates, TEMPLATES } from '@cardwright/installers';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';
import { TEMPLATE_SETTINGS } from '../../../../installers/src/policies/examples.js';

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const template = (name: string): string => path.join(TEMPLATES, name);
const ADMX = template('windows/Cardwright.admx');
const ADML = ['en-US', 'de-DE'].map((culture) => template(`windows/${culture}/Cardwright.adml`));

const judge = (...args: string[]): unknown =>
  JSON.parse(execFileSync('/usr/bin/python3', ['-B', here('judge.py'), ...args], { encoding: 'utf8' }));

const hasXmllint = existsSync('/usr/bin/xmllint');

describe('the administrative template', () => {
  (hasXmllint ? it : it.skip).each([ADMX, ...ADML])(
    `has the form of the group policy editor: %s${hasXmllint ? '' : ' (skipped: xmllint is missing)'}`,
    (file) => {
      execFileSync('xmllint', ['--noout', '--relaxng', here('admx.rng'), file], { stdio: 'pipe' });
    },
  );

  it.each(ADML)('refers only to its own words, and uses all of them: %s', (file) => {
    expect(judge('faults', ADMX, file)).toEqual([]);
  });

  it('sets the values of the .reg file, in the same places', () => {
    const places = (judge('registry', ADMX) as [key: string, name: string | null, kind: string][]).map(([key, name]) =>
      [key, name ?? '*'].join('\\'),
    );
    const text = policyTemplates().get('windows/chrome.reg') ?? '';
    const settings = [...text.matchAll(/\[HKEY_LOCAL_MACHINE\\(.*\\policy[^\]]*)\]\r\n((?:;?".*\r\n)+)/g)];
    const written = settings.flatMap(([, key = '', values = '']) =>
      [...values.matchAll(/^;?"([^"]*)"=/gm)].map(([, name = '']) =>
        places.includes(`${key}\\*`) ? `${key}\\*` : `${key}\\${name}`,
      ),
    );
    expect([...new Set(written)].sort()).toEqual(places.filter((place) => place.includes('Chrome')).sort());
  });
});

describe('the profiles of macOS', () => {
  it.each([
    ['chrome', 'com.google.Chrome'],
    ['edge', 'com.microsoft.Edge'],
    ['chrome-strict', 'com.google.Chrome'],
    ['edge-strict', 'com.microsoft.Edge'],
  ])('are property lists that set policies and settings: %s', (name, domain) => {
    const payloads = payloadsOf(`macos/${name}.mobileconfig`);
    expect(payloads).toMatchObject([
      {
        PayloadType: domain,
        ExtensionSettings: { [CHROMIUM_EXTENSION_ID]: { installation_mode: 'force_installed' } },
        NativeMessagingAllowlist: [HOST_NAME],
        ...(name.endsWith('strict') ? { NativeMessagingBlocklist: ['*'], NativeMessagingUserLevelHosts: false } : {}),
      },
      { PayloadType: `${domain}.extensions.${CHROMIUM_EXTENSION_ID}`, ...TEMPLATE_SETTINGS },
    ]);
  });

  it('include one for Firefox', () => {
    expect(payloadsOf('macos/firefox.mobileconfig')).toMatchObject([
      {
        PayloadType: 'org.mozilla.firefox',
        EnterprisePoliciesEnabled: true,
        '3rdparty': { Extensions: { [FIREFOX_EXTENSION_ID]: TEMPLATE_SETTINGS } },
      },
    ]);
  });

  it('have an id each', () => {
    const names = [...policyTemplates().keys()].filter((name) => name.endsWith('.mobileconfig'));
    const ids = names.flatMap((name) => [profileOf(name), ...payloadsOf(name)]).map(({ PayloadUUID }) => PayloadUUID);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
  });

  interface Payload {
    readonly PayloadUUID: string;
  }
  const profileOf = (name: string): Payload & { PayloadContent: Payload[] } =>
    judge('plist', template(name)) as Payload & { PayloadContent: Payload[] };
  const payloadsOf = (name: string): Payload[] => profileOf(name).PayloadContent;
});
