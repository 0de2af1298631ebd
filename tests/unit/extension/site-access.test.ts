import { beforeEach, describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { local, managed, openWindows, resetFakeChrome, session } from '../../support/fake-chrome.js';

// The polyfill needs the fake browser when it is loaded.
const { policyFor, sitesOfPolicy } = await import('../../../extension/src/background/policy.js');
const { forget, forgetPrivateAnswers, listRemembered } =
  await import('../../../extension/src/background/remembered-answers.js');
const { SiteAccess } = await import('../../../extension/src/background/site-access.js');

const ORIGIN = 'https://portal.example.com';
const PAGE = { origin: ORIGIN, tabId: 1, isPrivate: false };
const PRIVATE_PAGE = { ...PAGE, isPrivate: true };
const never = new AbortController().signal;

beforeEach(resetFakeChrome);

/** The user, as one who answers every window alike, and counts them. */
function userWho(answer: boolean | 'closes') {
  const asked: string[][] = [];
  const access = new SiteAccess(({ classes }) => {
    asked.push([...classes]);
    if (answer === 'closes') return Promise.reject(new CardwrightError('USER_CANCELLED'));
    return Promise.resolve({ allowed: answer });
  });
  return { access, asked };
}

const refused = (consent: string) => ({ code: 'SITE_NOT_GRANTED', data: { consent } });

describe('the decision about a site', () => {
  it('is the user’s, who is asked once', async () => {
    const { access, asked } = userWho(true);
    await expect(access.granted(PAGE)).rejects.toMatchObject(refused('needed'));
    expect(await access.request(PAGE, ['use', 'read'], never)).toEqual(['read', 'use']);
    expect(await access.request(PAGE, ['read'], never)).toEqual(['read', 'use']);
    expect(await access.granted(PAGE)).toEqual(['read', 'use']);
    expect(asked).toEqual([['read', 'use']]);
  });

  it('stays no until the user takes it back', async () => {
    const no = userWho(false);
    await expect(no.access.request(PAGE, ['read'], never)).rejects.toMatchObject(refused('denied'));
    const yes = userWho(true);
    await expect(yes.access.request(PAGE, ['read'], never)).rejects.toMatchObject(refused('denied'));
    expect(yes.asked).toEqual([]);
    await forget(ORIGIN);
    expect(await yes.access.request(PAGE, ['read'], never)).toEqual(['read']);
  });

  it('keeps what was granted when the user refuses more', async () => {
    await userWho(true).access.request(PAGE, ['read'], never);
    const { access } = userWho(false);
    await expect(access.request(PAGE, ['read', 'manage'], never)).rejects.toMatchObject(refused('denied'));
    expect(await access.granted(PAGE)).toEqual(['read']);
    expect(await listRemembered()).toEqual([[ORIGIN, { granted: ['read'], denied: ['manage'] }]]);
  });

  it('is open again when the window was closed', async () => {
    const { access, asked } = userWho('closes');
    await expect(access.request(PAGE, ['read'], never)).rejects.toMatchObject(refused('needed'));
    await expect(access.request(PAGE, ['read'], never)).rejects.toMatchObject(refused('needed'));
    expect(asked).toHaveLength(2);
    expect(local.content).toEqual({});
  });

  it('counts for one origin alone', async () => {
    const { access } = userWho(true);
    await access.request(PAGE, ['read'], never);
    await expect(access.granted({ ...PAGE, origin: `${ORIGIN}:8443` })).rejects.toMatchObject(refused('needed'));
  });

  it('is forgotten with the last private window, and never leaves it', async () => {
    const { access } = userWho(true);
    openWindows.push({ incognito: true });
    await access.request(PRIVATE_PAGE, ['read'], never);
    expect(await access.granted(PRIVATE_PAGE)).toEqual(['read']);
    await expect(access.granted(PAGE)).rejects.toMatchObject(refused('needed'));
    expect(local.content).toEqual({});
    await forgetPrivateAnswers();
    expect(await access.granted(PRIVATE_PAGE)).toEqual(['read']);
    openWindows.pop();
    await forgetPrivateAnswers();
    expect(session.content).toEqual({});
    await expect(access.granted(PRIVATE_PAGE)).rejects.toMatchObject(refused('needed'));
  });
});

describe('a question that several sessions ask', () => {
  it('is one window, and goes only when the last of them has gone', async () => {
    const windows: AbortSignal[] = [];
    const access = new SiteAccess((_question, _tab, signal) => {
      windows.push(signal);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new CardwrightError('CANCELLED')));
      });
    });
    const [one, two] = [new AbortController(), new AbortController()];
    const answers = [one, two].map(({ signal }) =>
      access.request(PAGE, ['read'], signal).catch((error: unknown) => error),
    );
    await new Promise((resolve) => setImmediate(resolve));
    one.abort();
    expect(await answers[0]).toMatchObject({ code: 'CANCELLED' });
    expect(windows.map(({ aborted }) => aborted)).toEqual([false]);
    two.abort();
    expect(await answers[1]).toMatchObject({ code: 'CANCELLED' });
    expect(windows.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe("the administrator's policy", () => {
  it('grants without asking, and nothing beyond it', async () => {
    managed.content = { allowedSites: { [ORIGIN]: ['read', 'use'] } };
    const { access, asked } = userWho(true);
    expect(await access.granted(PAGE)).toEqual(['read', 'use']);
    expect(await access.request(PAGE, ['manage'], never)).toEqual(['read', 'use']);
    expect(asked).toEqual([]);
    expect(await sitesOfPolicy()).toEqual([[ORIGIN, ['read', 'use']]]);
  });

  it.each([[[ORIGIN]], [['*']]])('blocks by %j, whatever the user has said', async (blockedSites) => {
    await userWho(true).access.request(PAGE, ['read'], never);
    managed.content = { blockedSites };
    const { access } = userWho(true);
    await expect(access.granted(PAGE)).rejects.toMatchObject(refused('blocked'));
    await expect(access.request(PAGE, ['read'], never)).rejects.toMatchObject(refused('blocked'));
  });

  it('can block every site but those it allows', async () => {
    managed.content = { blockedSites: ['*'], allowedSites: { [ORIGIN]: ['read'] } };
    expect((await policyFor(ORIGIN)).verdict).toBe('granted');
    expect((await policyFor('https://other.example.com')).verdict).toBe('blocked');
  });

  it('grants nothing where it can not be read', async () => {
    managed.content = { allowedSites: { [ORIGIN]: 'all' }, blockedSites: 7, siteKeys: { [ORIGIN]: { keys: 'none' } } };
    expect(await policyFor(ORIGIN)).toEqual({ verdict: 'silent', classes: [], keys: 'invalid' });
    expect((await policyFor('constructor')).verdict).toBe('silent');
  });
});
