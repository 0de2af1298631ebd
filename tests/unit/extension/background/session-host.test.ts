import { beforeEach, describe, expect, it } from '@jest/globals';
import { PROTOCOL_RANGE } from '@cardwright/protocol/messages';
import { managed, native, resetFakeChrome } from '../../../support/fake-chrome.js';
import { BASE_POINT } from '../../../support/public-key.js';
import { settle } from './fake-port.js';
import { ORIGIN, ScriptedHost } from './session-stage.js';

// The polyfill needs the fake browser when it is loaded.
const { SessionHost } = await import('../../../../extension/src/background/session-host.js');
const { SiteAccess } = await import('../../../../extension/src/background/site-access.js');
const { Trace } = await import('../../../../extension/src/background/trace.js');

const SITE = { origin: ORIGIN, tabId: 11, isPrivate: false };

let withdrawn: unknown[];
/** Called before the policy is read for the site. */
let beforeReading: () => void;

beforeEach(() => {
  resetFakeChrome();
  managed.content = { allowedSites: { [ORIGIN]: ['read'] }, siteKeys: { [ORIGIN]: { keys: [BASE_POINT] } } };
  native.connect = () => new ScriptedHost().port.port;
  withdrawn = [];
  beforeReading = () => undefined;
});

const block = (): void => {
  managed.content = { ...managed.content, blockedSites: [ORIGIN] };
};

async function open(endSession: () => Promise<void> = () => Promise.resolve()) {
  const access = new SiteAccess(() => Promise.resolve({ allowed: false }));
  const granted = access.granted.bind(access);
  access.granted = (site) => {
    beforeReading();
    return granted(site);
  };
  const host = new SessionHost(
    { id: 'session', origin: ORIGIN, started: 1 },
    access,
    new Trace({ live: () => [], tellApdus: () => undefined }),
    {
      answer: () => Promise.resolve({}),
      notice: () => undefined,
      ended: () => undefined,
      withdrawn: (reason) => {
        withdrawn.push(reason);
        return endSession();
      },
    },
  );
  const params = { protocol: PROTOCOL_RANGE, sdk: '0.1.0' };
  await host.initialize(SITE, params, { signal: new AbortController().signal });
  return host;
}

const blocked = { code: 'SITE_NOT_GRANTED', data: { consent: 'blocked' } };

describe('the host of a session', () => {
  it('grants nothing more once its site lost the grant, while the session is still ending', async () => {
    const host = await open(() => new Promise(() => undefined));
    // The check with which it opens is over.
    await settle();
    expect(host.grants('read')).toBe(true);
    block();
    void host.checkGrant();
    await settle();
    expect(withdrawn).toMatchObject([blocked]);
    expect([host.grants('read'), host.opened.granted]).toEqual([false, []]);
  });

  it('is checked once more when it is open: until then, nobody is told of a change', async () => {
    let readings = 0;
    beforeReading = () => {
      readings += 1;
      if (readings === 3) block();
    };
    const host = await open();
    await settle();
    expect(withdrawn).toMatchObject([blocked]);
    expect(readings).toBe(3);
    expect(host.grants('read')).toBe(false);
  });
});
