import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { policyTemplates, TEMPLATES } from '@cardwright/installers';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID, HOST_NAME } from '@cardwright/protocol/identity';
import * as v from 'valibot';
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

/** The schema of Firefox is that of this computer's Firefox ESR, and validated by another program. */
const firefoxFaults = (policies: unknown): unknown => judge('firefox', JSON.stringify(policies));

describe("Firefox's own schema of policies", () => {
  const { policies } = JSON.parse(policyTemplates().get('firefox/policies.json') ?? '') as { policies: object };

  it('accepts policies.json', () => {
    expect(firefoxFaults(policies)).toEqual([]);
  });

  it('accepts the profile for macOS, without what Apple defines', () => {
    const [payload = {}] = payloadsOf('macos/firefox.mobileconfig');
    // Not a policy: it has Firefox read policies from its preferences (mozilla.github.io/policy-templates).
    const { EnterprisePoliciesEnabled, ...others } = Object.fromEntries(
      Object.entries(payload).filter(([name]) => !name.startsWith('Payload')),
    );
    expect(EnterprisePoliciesEnabled).toBe(true);
    expect(firefoxFaults(others)).toEqual([]);
  });

  it('complains of a mode or a member that does not exist', () => {
    const entry = { installation_mode: 'forced', install_url: 'https://example.com/', updates: true };
    expect(firefoxFaults({ ExtensionSettings: { [FIREFOX_EXTENSION_ID]: entry } })).toHaveLength(2);
    expect(firefoxFaults({ ExtensionSetting: {} })).toHaveLength(1);
  });
});

/**
 * The policies of Chromium that templates set, as its list of policies describes them (chromeenterprise.google/policies, "ExtensionSettings",
 * "NativeMessagingAllowlist", "NativeMessagingBlocklist", "NativeMessagingUserLevelHosts", "NativeHostsExecutablesLaunchDirectly").
 */
const chromiumPolicies = v.strictObject({
  ExtensionSettings: v.record(
    v.pipe(v.string(), v.regex(/^[a-p]{32}$/)),
    v.strictObject({
      installation_mode: v.picklist(['allowed', 'blocked', 'force_installed', 'normal_installed', 'removed']),
      update_url: v.pipe(v.string(), v.url()),
      override_update_url: v.boolean(),
    }),
  ),
  NativeMessagingAllowlist: v.array(v.pipe(v.string(), v.regex(/^[a-z0-9_]+(?:\.[a-z0-9_]+)*$/))),
  NativeMessagingBlocklist: v.optional(v.tuple([v.literal('*')])),
  NativeMessagingUserLevelHosts: v.optional(v.boolean()),
});

describe("Chromium's list of policies", () => {
  const names = [...policyTemplates().keys()];

  it.each(names.filter((name) => /^linux\/.*json$/.test(name)))('describes all that is in %s', (name) => {
    const { '3rdparty': settings, ...policies } = JSON.parse(policyTemplates().get(name) ?? '') as Record<
      string,
      unknown
    >;
    expect(v.is(chromiumPolicies, policies)).toBe(true);
    expect(settings).toEqual({ extensions: { [CHROMIUM_EXTENSION_ID]: TEMPLATE_SETTINGS } });
  });

  it.each(names.filter((name) => /^macos\/(?:chrome|edge)/.test(name)))('describes all that is in %s', (name) => {
    const [payload = {}] = payloadsOf(name);
    const policies = Object.fromEntries(Object.entries(payload).filter(([member]) => !member.startsWith('Payload')));
    expect(v.is(chromiumPolicies, policies)).toBe(true);
  });
});

/** The keys of a profile and of each payload that Apple requires and allows (github.com/apple/device-management, TopLevel and CommonPayloadKeys). */
const payloadKeys = {
  PayloadIdentifier: v.pipe(v.string(), v.regex(/^[\w-]+(?:\.[\w-]+)+$/)),
  PayloadUUID: v.string(),
  PayloadType: v.string(),
  PayloadVersion: v.literal(1),
  PayloadDisplayName: v.string(),
};
const appleProfile = v.strictObject({
  ...payloadKeys,
  PayloadType: v.literal('Configuration'),
  PayloadScope: v.picklist(['System', 'User']),
  PayloadDescription: v.string(),
  PayloadContent: v.array(v.looseObject(payloadKeys)),
});

const profileOf = (name: string): v.InferOutput<typeof appleProfile> =>
  v.parse(appleProfile, judge('plist', template(name)));
const payloadsOf = (name: string) => profileOf(name).PayloadContent;

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
});
