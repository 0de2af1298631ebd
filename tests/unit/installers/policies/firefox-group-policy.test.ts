import { describe, expect, it } from '@jest/globals';
import { policyTemplates } from '@cardwright/installers';
import { FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import { readSettings as readPolicy } from '@cardwright/protocol/settings';
import { OLDEST as SUPPORTED } from '../../../../extension/src/manifest/browser-kind.js';
import { OLDEST } from '../../../../installers/src/policies/admx.js';
import { EXAMPLES } from '../../../../installers/src/policies/examples.js';
import { readSettings } from '../../../../installers/src/policies/settings.js';

/** The key of the extension's settings in Firefox. */
const BASE = `SOFTWARE\\Policies\\Mozilla\\Firefox\\3rdparty\\Extensions\\${FIREFOX_EXTENSION_ID}`;

/** A value in the registry as the group policy editor writes it: REG_SZ, REG_DWORD, or REG_MULTI_SZ as its lines. */
type Value = string | number | readonly string[];
type Registry = Map<string, Map<string, Value>>;

/**
 * Plays an administrator who enters the examples into the policies for Firefox of Cardwright.admx, and returns the registry that results (Microsoft,
 * "ADMX syntax": text and enum make a REG_SZ, decimal a REG_DWORD, multiText a REG_MULTI_SZ, list a value for each row).
 */
function enterExamples(): Registry {
  const registry: Registry = new Map();
  const set = (key: string, name: string, value: Value): void => {
    registry.set(key, new Map([...(registry.get(key) ?? []), [name, value]]));
  };
  const admx = policyTemplates().get('windows/Cardwright.admx') ?? '';
  const policies = [...admx.matchAll(/<policy name="firefox_(\w+)"[^>]* key="([^"]+)"([^>]*)>([\s\S]*?)<\/policy>/g)];
  for (const [, name = '', key = '', attributes = '', body = ''] of policies) {
    // A policy without elements would write a number, which Firefox takes for a number.
    expect([name, attributes]).toEqual([name, '']);
    const setting = name.replace(/_json$/, '');
    for (const [, kind = '', valueName = ''] of body.matchAll(
      /<(text|enum|decimal|multiText) [^>]*valueName="(\w+)"/g,
    )) {
      const example = setting === valueName ? EXAMPLES[setting] : membersOf(EXAMPLES[setting])[valueName];
      if (kind === 'multiText') set(key, valueName, JSON.stringify(example, undefined, 2).split('\n'));
      else if (typeof example === 'string' || typeof example === 'number') set(key, valueName, example);
      else throw new Error(`${name} cannot be entered as ${kind}`);
    }
    for (const [, listKey = ''] of body.matchAll(/<list [^>]*key="([^"]+)"/g))
      for (const [index, row] of (EXAMPLES[setting] as string[]).entries()) set(listKey, String(index + 1), row);
  }
  return registry;
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};

/**
 * Returns what Firefox gives the extension (WindowsGPOParser.sys.mjs of Firefox, in our own words): a key whose first value is named 1 is a list; a
 * REG_MULTI_SZ is JSON; every other value stays as it is; a subkey is an object.
 */
function asFirefoxReads(registry: Registry, key: string): unknown {
  const values = [...(registry.get(key) ?? [])].map(
    ([name, value]) => [name, typeof value === 'object' ? (JSON.parse(value.join('\n')) as unknown) : value] as const,
  );
  if (values[0]?.[0] === '1') return values.map(([, value]) => value);
  const below = [...registry.keys()]
    .filter((one) => one.startsWith(`${key}\\`) && !one.slice(key.length + 1).includes('\\'))
    .map((one) => [one.slice(key.length + 1), asFirefoxReads(registry, one)] as const);
  return Object.fromEntries([...values, ...below]);
}

describe('group policies for Firefox', () => {
  const managed = membersOf(asFirefoxReads(enterExamples(), BASE));

  it('have a policy for each setting of the extension', () => {
    expect(Object.keys(managed).sort()).toEqual(Object.keys(readSettings()).sort());
  });

  it('give the extension what policies.json would give it', () => {
    expect(managed).toEqual(EXAMPLES);
    expect(readPolicy(managed)).toEqual({ ...readPolicy(EXAMPLES), keys: expect.anything() });
  });
});

it('name the oldest browsers that run the extension', () => {
  expect(OLDEST).toEqual({ chromium: Number(SUPPORTED.chromium), firefox: Number(SUPPORTED.firefox) });
});
