import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { Cms, type CmsOptions } from '@cardwright/sdk';
import { blankYubikey } from '../../support/device-facts.js';

/** Of a host's session: 32 bytes. */
const SESSION = 'A'.repeat(43);

interface Sent {
  readonly address: unknown;
  readonly init: RequestInit | undefined;
}

/** A CMS that answers everything with one response, and what it was sent. */
function answering(status: number, body: string, options: CmsOptions = {}): { cms: Cms; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = (address, init) => {
    sent.push({ address, init });
    return Promise.resolve(new Response(body, { status }));
  };
  const cms = new Cms('/api/', { fetch, ...options });
  return { cms, sent };
}

describe('the client of the HTTP contract', () => {
  it("posts JSON with the user's cookies for this origin only", async () => {
    const { cms, sent } = answering(200, '{"devices":[]}');
    await cms.eligibility('issue', [blankYubikey('1')]);
    expect(sent[0]?.address).toBe('/api/devices/eligibility');
    expect(sent[0]?.init).toMatchObject({ method: 'POST', credentials: 'same-origin' });
    expect(sent[0]?.init?.headers).toMatchObject({ 'content-type': 'application/json' });
  });

  it('says in which language the CMS shall answer, and leaves that to the browser where it was not told', async () => {
    const german = answering(200, '{"devices":[]}', { language: 'de' });
    await german.cms.eligibility('issue', [blankYubikey('1')]);
    expect(german.sent[0]?.init?.headers).toHaveProperty('accept-language', 'de');
    const any = answering(200, '{"devices":[]}');
    await any.cms.eligibility('issue', [blankYubikey('1')]);
    expect(any.sent[0]?.init?.headers).not.toHaveProperty('accept-language');
  });

  it('asks nothing about no devices', async () => {
    const { cms, sent } = answering(500, '');
    expect(await cms.eligibility('issue', [])).toEqual([]);
    expect(sent).toEqual([]);
  });

  it('throws the error that the CMS answers', async () => {
    const error = new CardwrightError('DEVICE_LIMIT', { limit: 2 }).toWire();
    const { cms } = answering(409, JSON.stringify({ error }));
    await expect(cms.cancel('operation-1', SESSION)).rejects.toMatchObject({
      code: 'DEVICE_LIMIT',
      data: { limit: 2 },
    });
  });

  it.each([
    [401, '', 'LOGIN_REQUIRED'],
    [503, '<h1>Bad gateway</h1>', 'CMS_UNREACHABLE'],
    [500, 'oops', 'INTERNAL'],
    [200, '<!doctype html>', 'INVALID_MESSAGE'],
    [200, '{"devices":"none"}', 'INVALID_MESSAGE'],
  ])('makes of an answer %i %j the error %s', async (status, body, code) => {
    const { cms } = answering(status, body);
    await expect(cms.eligibility('issue', [blankYubikey('1')])).rejects.toMatchObject({ code });
  });

  it('tells that the CMS cannot be reached', async () => {
    const cms = new Cms('/api', { fetch: () => Promise.reject(new TypeError('Failed to fetch')) });
    await expect(cms.cancel('operation-1', SESSION)).rejects.toMatchObject({ code: 'CMS_UNREACHABLE' });
  });

  it('knows the clock of the CMS by the date of its answers', async () => {
    /** The two clocks are sixty times as far from each other. */
    const TOLERANCE = 60_000;
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const fetch: typeof globalThis.fetch = () => Promise.resolve(new Response('{"devices":[]}', { headers: { date } }));
    const cms = new Cms('/api', { fetch });
    expect(Math.abs(cms.now() - Date.now())).toBeLessThan(TOLERANCE);
    await cms.eligibility('issue', [blankYubikey('1')]);
    expect(Math.abs(cms.now() - Date.parse(date))).toBeLessThan(TOLERANCE);
  });

  it('can be cancelled', async () => {
    const cms = new Cms('/api', {
      fetch: (_address, init) => {
        init?.signal?.throwIfAborted();
        return Promise.reject(new Error('the signal was not handed on'));
      },
    });
    const asked = cms.eligibility('issue', [blankYubikey('1')], AbortSignal.abort());
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
