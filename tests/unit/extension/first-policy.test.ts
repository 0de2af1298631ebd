import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import chrome from 'sinon-chrome';
import { managed, resetFakeChrome } from '../../support/fake-chrome.js';

// These modules need the fake browser when they are loaded.
const { expectFirstPolicy } = await import('../../../extension/src/policy/first-policy.js');
const { policyFor } = await import('../../../extension/src/policy/policy-in-force.js');
expectFirstPolicy();

const ORIGIN = 'https://portal.example.com';
const POLICY = { allowedSites: { [ORIGIN]: ['read'] } };
const LIMIT_MS = 4_000;

beforeEach(() => {
  resetFakeChrome();
  jest.useFakeTimers();
});
afterEach(() => void jest.useRealTimers());

/** Has the browser say that the extension was installed, and reads the policy at once. */
async function read({ by = 'admin', reason = 'install' } = {}) {
  chrome.management.getSelf.callsFake(() => Promise.resolve({ installType: by }));
  chrome.runtime.onInstalled.dispatch({ reason });
  const found: string[] = [];
  void policyFor(ORIGIN).then(({ verdict }) => found.push(verdict));
  await jest.advanceTimersByTimeAsync(0);
  return found;
}

const tell = async (policy: Record<string, unknown>, area = 'managed'): Promise<void> => {
  managed.content = policy;
  chrome.storage.onChanged.dispatch({ allowedSites: {} }, area);
  await jest.advanceTimersByTimeAsync(0);
};

describe('the policy of an extension that the administrator has just installed', () => {
  it('is waited for, because Chromium tells it only after the installation', async () => {
    const found = await read();
    expect(found).toEqual([]);
    await tell({}, 'session');
    expect(found).toEqual([]);
    await tell(POLICY);
    expect(found).toEqual(['granted']);
  });

  it('is what there is after four seconds', async () => {
    const found = await read();
    await jest.advanceTimersByTimeAsync(LIMIT_MS - 1);
    expect(found).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(found).toEqual(['silent']);
  });

  it('is not waited for if it is there', async () => {
    managed.content = POLICY;
    expect(await read()).toEqual(['granted']);
  });

  it('is not waited for if there is none, as Firefox says at once', async () => {
    const get = jest.spyOn(managed, 'get').mockRejectedValue(new Error('Managed storage manifest not found'));
    try {
      expect(await read()).toEqual(['silent']);
    } finally {
      get.mockRestore();
    }
  });

  it.each([{ by: 'normal' }, { by: 'development' }, { reason: 'update' }])('is not waited for: %j', async (how) => {
    expect(await read(how)).toEqual(['silent']);
  });
});
