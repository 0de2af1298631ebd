import { describe, expect, it } from '@jest/globals';
import { readSettings, settings, type Policy } from '@cardwright/protocol/settings';

/** The strictest value of each setting. It is in force if nothing of the setting can be read. */
const STRICTEST: Policy = {
  inspectorPanel: false,
  allowedSites: { sites: new Map(), isReadable: false },
  blockedSites: { origins: new Set(), unlisted: false, isReadable: false },
  siteKeys: { sites: new Map(), isReadable: false },
  foreignRelyingParties: new Map(),
  support: {},
  allowedDevices: [],
  pinRules: { minLength: 8, fidoMinLength: 8, digitsOnly: true, forbidTrivial: true },
  minimumExtensionVersion: 'not readable',
  minimumHostVersion: 'not readable',
  logLevel: 'off',
  locale: null,
};

/** A value for each type of a browser's policy. None is of the type of a setting that takes the others. */
const VALUES: Readonly<Record<string, unknown>> = { boolean: true, string: '?', integer: 7, array: [], object: {} };

const keys = Object.keys(settings).filter((key): key is keyof Policy => Object.hasOwn(settings, key));

describe.each(keys)('the setting %s', (key) => {
  const others = Object.entries(VALUES).filter(([type]) => type !== settings[key].schema.type);

  it.each(others)('has its strictest meaning if it is of the wrong type, %s', (_, value) => {
    const { policy, unreadable } = readSettings({ [key]: value });
    expect(Object.hasOwn(STRICTEST, key)).toBe(true);
    expect(policy[key]).toEqual(STRICTEST[key]);
    expect(unreadable).toEqual([key]);
  });
});
