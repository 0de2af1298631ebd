import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { GrantClass } from '@cardwright/protocol/settings';
import { local, managed, openWindows, resetFakeChrome, session } from '../../support/fake-chrome.js';

// These modules need the fake browser when they are loaded.
const { describePolicy, policyFor, sitesOfPolicy } = await import('../../../extension/src/policy/policy-in-force.js');
const { forgetPrivateAnswers, listRemembered } = await import('../../../extension/src/remembered-answers.js');
const { SiteAccess } = await import('../../../extension/src/background/site-access.js');

const ORIGIN = 'https://portal.example.com';
const PAGE = { origin: ORIGIN, tabId: 1, isPrivate: false, session: 'session' };
const PRIVATE_PAGE = { ...PAGE, isPrivate: true };
const never = new AbortController().signal;
const MINUTE = 60_000;

// Nothing here waits for more than a turn of the event loop. A question that stays open fails its test, and does not hold up the others.
jest.setTimeout(60_000);

/** A page's question right after a click of its user. */
const asks = (...classes: GrantClass[]) => ({ classes, isActive: true });

let now = Date.parse('2026-11-25T10:00:00Z');
jest.spyOn(Date, 'now').mockImplementation(() => now);

beforeEach(resetFakeChrome);

/** Plays a user who answers every window alike, and counts the windows. */
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
    expect(await access.request(PAGE, asks('use', 'read'), never)).toEqual(['read', 'use']);
    expect(await access.request(PAGE, asks('read'), never)).toEqual(['read', 'use']);
    expect(await access.granted(PAGE)).toEqual(['read', 'use']);
    expect(asked).toEqual([['read', 'use']]);
  });

  it('stays a refusal until the user withdraws it', async () => {
    const no = userWho(false);
    await expect(no.access.request(PAGE, asks('read'), never)).rejects.toMatchObject(refused('denied'));
    const yes = userWho(true);
    await expect(yes.access.request(PAGE, asks('read'), never)).rejects.toMatchObject(refused('denied'));
    expect(yes.asked).toEqual([]);
    await yes.access.forget(ORIGIN);
    expect(await yes.access.request(PAGE, asks('read'), never)).toEqual(['read']);
  });

  it('keeps granted classes when the user refuses more', async () => {
    await userWho(true).access.request(PAGE, asks('read'), never);
    const { access } = userWho(false);
    await expect(access.request(PAGE, asks('read', 'manage'), never)).rejects.toMatchObject(refused('denied'));
    expect(await access.granted(PAGE)).toEqual(['read']);
    expect(await listRemembered()).toEqual([[ORIGIN, { granted: ['read'], denied: ['manage'] }]]);
  });

  it('stays open when the window was closed, and is asked for again after a minute', async () => {
    const { access, asked } = userWho('closes');
    await expect(access.request(PAGE, asks('read'), never)).rejects.toMatchObject(refused('denied'));
    expect(local.content).toEqual({});
    now += MINUTE - 1;
    await expect(access.request(PAGE, asks('read'), never)).rejects.toMatchObject(refused('denied'));
    await expect(access.granted(PAGE)).rejects.toMatchObject(refused('denied'));
    expect(asked).toHaveLength(1);
    now += 1;
    await expect(access.granted(PAGE)).rejects.toMatchObject(refused('needed'));
    await expect(access.request(PAGE, asks('read'), never)).rejects.toMatchObject(refused('denied'));
    expect(asked).toHaveLength(2);
  });

  it('counts for one origin alone', async () => {
    const { access } = userWho(true);
    await access.request(PAGE, asks('read'), never);
    await expect(access.granted({ ...PAGE, origin: `${ORIGIN}:8443` })).rejects.toMatchObject(refused('needed'));
  });

  it('is forgotten with the last private window, and never leaves it', async () => {
    const { access } = userWho(true);
    openWindows.push({ incognito: true });
    await access.request(PRIVATE_PAGE, asks('read'), never);
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

describe('a question', () => {
  it('is not asked unless the user has just acted in the page', async () => {
    const { access, asked } = userWho(true);
    const question = { classes: ['read'], isActive: false } as const;
    await expect(access.request(PAGE, question, never)).rejects.toMatchObject(refused('needed'));
    expect(asked).toEqual([]);
    // A request that needs no window needs no click.
    await access.request(PAGE, asks('read'), never);
    expect(await access.request(PAGE, question, never)).toEqual(['read']);
  });

  it('is not asked about other classes either for a minute after a refusal', async () => {
    const { access, asked } = userWho(false);
    await expect(access.request(PAGE, asks('read'), never)).rejects.toMatchObject(refused('denied'));
    await expect(access.request(PAGE, asks('use'), never)).rejects.toMatchObject(refused('denied'));
    expect(asked).toEqual([['read']]);
    now += MINUTE;
    await expect(access.request(PAGE, asks('use'), never)).rejects.toMatchObject(refused('denied'));
    expect(asked).toEqual([['read'], ['use']]);
  });

  it('waits even if the background was restarted meanwhile', async () => {
    await expect(userWho('closes').access.request(PAGE, asks('read'), never)).rejects.toThrow();
    const { access, asked } = userWho(true);
    await expect(access.request(PAGE, asks('read'), never)).rejects.toMatchObject(refused('denied'));
    expect(asked).toEqual([]);
  });

  it('does not wait for ever when the clock was set back', async () => {
    const { access } = userWho('closes');
    await expect(access.request(PAGE, asks('read'), never)).rejects.toThrow();
    now -= 1;
    await expect(access.granted(PAGE)).rejects.toMatchObject(refused('needed'));
  });

  it('is not asked again by the same click after its page has withdrawn it', async () => {
    const { access, asked } = userWho(true);
    const waiting = new SiteAccess(
      (_question, _tab, signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new CardwrightError('CANCELLED')));
        }),
    );
    const gone = new AbortController();
    const answer = waiting.request(PAGE, asks('read'), gone.signal).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    expect(await answer).toMatchObject({ code: 'CANCELLED' });
    await new Promise((resolve) => setImmediate(resolve));
    await expect(waiting.request(PAGE, asks('read'), never)).rejects.toMatchObject(refused('needed'));
    now += 5_000;
    expect(await access.request(PAGE, asks('read'), never)).toEqual(['read']);
    expect(asked).toEqual([['read']]);
  });

  it('needs its own click if it follows another one', async () => {
    const { access, asked } = userWho(true);
    const answers = [asks('read'), asks('read', 'use')].map((question) =>
      access.request(PAGE, question, never).catch((error: unknown) => error),
    );
    expect(await answers[0]).toEqual(['read']);
    expect(await answers[1]).toMatchObject(refused('needed'));
    expect(asked).toEqual([['read']]);
  });
});

describe('a refusal', () => {
  it('can be withdrawn in the tab that asked, keeping all that was granted', async () => {
    await userWho(true).access.request(PAGE, asks('read'), never);
    await expect(userWho(false).access.request(PAGE, asks('read', 'use'), never)).rejects.toThrow();
    const { access } = userWho(true);
    expect(await access.refusedIn(2)).toBeNull();
    expect(await access.refusedIn(1)).toBe(ORIGIN);
    await access.letAskAgain(ORIGIN);
    expect(await access.refusedIn(1)).toBeNull();
    expect(await listRemembered()).toEqual([[ORIGIN, { granted: ['read'], denied: [] }]]);
    expect(await access.request(PAGE, asks('read', 'use'), never)).toEqual(['read', 'use']);
  });

  it('can be withdrawn later in any tab that shows the site', async () => {
    const { access } = userWho(false);
    await expect(access.request(PAGE, asks('read'), never)).rejects.toThrow();
    session.content = {};
    await expect(access.granted({ ...PAGE, tabId: 2 })).rejects.toMatchObject(refused('denied'));
    expect(await access.refusedIn(2)).toBe(ORIGIN);
  });

  it('cannot be withdrawn once the wait is over, or if policy decides', async () => {
    const { access } = userWho('closes');
    await expect(access.request(PAGE, asks('read'), never)).rejects.toThrow();
    expect(await access.refusedIn(1)).toBe(ORIGIN);
    managed.content = { blockedSites: [ORIGIN] };
    expect(await access.refusedIn(1)).toBeNull();
    managed.content = {};
    now += MINUTE;
    expect(await access.refusedIn(1)).toBeNull();
  });

  it('counts only in its private window, and goes with the last one', async () => {
    const { access } = userWho('closes');
    openWindows.push({ incognito: true });
    await expect(access.request(PRIVATE_PAGE, asks('read'), never)).rejects.toThrow();
    await expect(access.granted(PAGE)).rejects.toMatchObject(refused('needed'));
    await expect(access.granted(PRIVATE_PAGE)).rejects.toMatchObject(refused('denied'));
    openWindows.pop();
    await forgetPrivateAnswers();
    expect(session.content).toEqual({});
  });
});

describe('a question of several sessions', () => {
  it('is one window, which closes only when the last of them has gone', async () => {
    const windows: AbortSignal[] = [];
    const access = new SiteAccess((_question, _tab, signal) => {
      windows.push(signal);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new CardwrightError('CANCELLED')));
      });
    });
    const [one, two] = [new AbortController(), new AbortController()];
    const answers = [one, two].map(({ signal }) =>
      access.request(PAGE, asks('read'), signal).catch((error: unknown) => error),
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

describe('a question about which policy has come to decide', () => {
  /** Asks a user who does not answer, and resolves once the window is open. */
  async function openQuestion() {
    const windows: AbortSignal[] = [];
    const access = new SiteAccess((_question, _tab, signal) => {
      windows.push(signal);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new CardwrightError('CANCELLED')));
      });
    });
    const answer = access.request(PAGE, asks('read', 'use'), never).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    expect(windows).toHaveLength(1);
    return { access, answer, isWithdrawn: () => windows[0]?.aborted };
  }

  it('is withdrawn, and its page has what policy grants', async () => {
    const { access, answer, isWithdrawn } = await openQuestion();
    managed.content = { allowedSites: { [ORIGIN]: ['read'] } };
    await access.policyChanged();
    expect(isWithdrawn()).toBe(true);
    expect(await answer).toEqual(['read']);
    expect(await listRemembered()).toEqual([]);
    expect(await access.refusedIn(1)).toBeNull();
  });

  it('is withdrawn, and its page is refused, if policy blocks the site', async () => {
    const { access, answer, isWithdrawn } = await openQuestion();
    managed.content = { blockedSites: ['*'] };
    await access.policyChanged();
    expect(isWithdrawn()).toBe(true);
    expect(await answer).toMatchObject(refused('blocked'));
  });

  it('is withdrawn, and its page gets the reason, if policy cannot be read', async () => {
    const { access, answer, isWithdrawn } = await openQuestion();
    const reason = new Error('no storage');
    const get = jest.spyOn(managed, 'get').mockRejectedValue(reason);
    try {
      await access.policyChanged();
      expect(isWithdrawn()).toBe(true);
      expect(await answer).toBe(reason);
    } finally {
      get.mockRestore();
    }
  });

  it('is withdrawn even if policy came while the question was being opened', async () => {
    const access = new SiteAccess((_question, _tab, signal) => {
      managed.content = { allowedSites: { [ORIGIN]: ['read'] } };
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new CardwrightError('CANCELLED')));
      });
    });
    expect(await access.request(PAGE, asks('read'), never)).toEqual(['read']);
  });

  it('does not need its answer, which comes at the same moment', async () => {
    const answers: ((allowed: boolean) => void)[] = [];
    const access = new SiteAccess(() => new Promise((resolve) => answers.push((allowed) => resolve({ allowed }))));
    const answer = access.request(PAGE, asks('read'), never);
    await new Promise((resolve) => setImmediate(resolve));
    managed.content = { allowedSites: { [ORIGIN]: ['read'] } };
    await access.policyChanged();
    answers[0]?.(false);
    expect(await answer).toEqual(['read']);
    expect(await listRemembered()).toEqual([]);
  });

  it('stays if policy says nothing about its site', async () => {
    const { access, isWithdrawn } = await openQuestion();
    managed.content = { allowedSites: { 'https://other.example.com': ['read'] }, support: { name: 'IT' } };
    await access.policyChanged();
    expect(isWithdrawn()).toBe(false);
  });
});

describe("the administrator's policy", () => {
  it('grants without asking, and nothing beyond that', async () => {
    managed.content = { allowedSites: { [ORIGIN]: ['read', 'use'] } };
    const { access, asked } = userWho(true);
    expect(await access.granted(PAGE)).toEqual(['read', 'use']);
    expect(await access.request(PAGE, asks('manage'), never)).toEqual(['read', 'use']);
    expect(asked).toEqual([]);
    expect(await sitesOfPolicy()).toEqual([[ORIGIN, ['read', 'use']]]);
  });

  it.each([[[ORIGIN]], [['*']]])('blocks by %j, whatever the user has answered', async (blockedSites) => {
    await userWho(true).access.request(PAGE, asks('read'), never);
    managed.content = { blockedSites };
    const { access } = userWho(true);
    await expect(access.granted(PAGE)).rejects.toMatchObject(refused('blocked'));
    await expect(access.request(PAGE, asks('read'), never)).rejects.toMatchObject(refused('blocked'));
  });

  it('can block every site except those that it allows', async () => {
    managed.content = { blockedSites: ['*'], allowedSites: { [ORIGIN]: ['read'] } };
    expect((await policyFor(ORIGIN)).verdict).toBe('granted');
    expect((await policyFor('https://other.example.com')).verdict).toBe('blocked');
  });

  it('grants nothing if it cannot be read', async () => {
    managed.content = { allowedSites: { [ORIGIN]: 'all' }, blockedSites: 7, siteKeys: { [ORIGIN]: { keys: 'none' } } };
    expect(await policyFor(ORIGIN)).toEqual({
      verdict: 'blocked',
      rule: 'unreadable',
      classes: [],
      keys: 'invalid',
      relyingParties: [],
    });
    expect((await policyFor('constructor')).verdict).toBe('blocked');
  });
});

describe('the foreign relying parties of a site', () => {
  const ENTRA = 'https://login.microsoft.com';
  const partiesOf = async (entries: unknown, of = ORIGIN) => {
    managed.content = { foreignRelyingParties: { [ORIGIN]: entries } };
    return (await policyFor(of)).relyingParties;
  };

  it('are those that policy lists for it, each with the path of a page', async () => {
    const parties = [{ origin: ENTRA, path: '/passkey?for=us' }, { origin: 'https://idp.example.com:8443' }];
    expect(await partiesOf(parties)).toEqual([
      { origin: ENTRA, path: '/passkey?for=us' },
      { origin: 'https://idp.example.com:8443', path: '/' },
    ]);
    expect(await partiesOf(parties, 'https://other.example.com')).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['no policy', undefined],
    ['no list', { origin: ENTRA }],
    ['a pattern', [{ origin: 'https://*.microsoft.com' }]],
    ['a host', [{ origin: 'login.microsoft.com' }]],
    ['an address', [{ origin: `${ENTRA}/` }]],
    ['a text', [ENTRA]],
    ['a path that is an address', [{ origin: ENTRA, path: 'https://evil.example/' }]],
    ['a path that names a host', [{ origin: ENTRA, path: '//evil.example/' }]],
    ['a path that names a host with a backslash', [{ origin: ENTRA, path: '/\\evil.example/' }]],
    ['a path with a line break', [{ origin: ENTRA, path: '/\n/evil.example/' }]],
    ['a path that does not begin with a slash', [{ origin: ENTRA, path: '@evil.example' }]],
  ])('are none for %s', async (_, entries) => {
    expect(await partiesOf(entries)).toEqual([]);
  });

  it('cannot be added by the user', async () => {
    local.content = { foreignRelyingParties: { [ORIGIN]: [{ origin: ENTRA }] } };
    session.content = { ...local.content };
    expect((await policyFor(ORIGIN)).relyingParties).toEqual([]);
  });

  it("are limited to the host's maximum, and listed in the support file", async () => {
    const many = Array.from({ length: 40 }, (_, index) => ({ origin: `https://rp-${index}.example`, path: '/a' }));
    expect(await partiesOf(many)).toHaveLength(32);
    managed.content = { foreignRelyingParties: { [ORIGIN]: [{ origin: ENTRA, path: '/a' }, 7] } };
    expect(await describePolicy()).toMatchObject({ foreignRelyingParties: { [ORIGIN]: [`${ENTRA}/a`] } });
  });
});
