import { describe, expect, it, jest } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import { CmsClient, type CmsClientOptions } from '@cardwright/sdk';
import { blankYubikey } from '../../support/device-facts.js';

/** Key hash of a host's session: 32 bytes. */
const SESSION = 'A'.repeat(43);

interface Sent {
  readonly address: unknown;
  readonly init: RequestInit | undefined;
}

/** Makes a CMS that answers everything with one response, and records the requests. */
function answering(status: number, body: string, options: CmsClientOptions = {}): { cms: CmsClient; sent: Sent[] } {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = (address, init) => {
    sent.push({ address, init });
    return Promise.resolve(new Response(body, { status }));
  };
  const cms = new CmsClient('/api/', { fetch, ...options });
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

  it('sends the configured language, and leaves the header to the browser without one', async () => {
    const german = answering(200, '{"devices":[]}', { language: 'de' });
    await german.cms.eligibility('issue', [blankYubikey('1')]);
    expect(german.sent[0]?.init?.headers).toHaveProperty('accept-language', 'de');
    const any = answering(200, '{"devices":[]}');
    await any.cms.eligibility('issue', [blankYubikey('1')]);
    expect(any.sent[0]?.init?.headers).not.toHaveProperty('accept-language');
  });

  it('sends no request about no devices', async () => {
    const { cms, sent } = answering(500, '');
    expect(await cms.eligibility('issue', [])).toEqual([]);
    expect(sent).toEqual([]);
  });

  it("throws the error in the CMS's answer", async () => {
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
  ])('turns an answer %i %j into the error %s', async (status, body, code) => {
    const { cms } = answering(status, body);
    await expect(cms.eligibility('issue', [blankYubikey('1')])).rejects.toMatchObject({ code });
  });

  it('reports that the CMS cannot be reached', async () => {
    const cms = new CmsClient('/api', { fetch: () => Promise.reject(new TypeError('Failed to fetch')) });
    await expect(cms.cancel('operation-1', SESSION)).rejects.toMatchObject({ code: 'CMS_UNREACHABLE' });
  });

  it('knows the clock of the CMS by the date of its answers', async () => {
    const here = Date.UTC(2026, 0, 1);
    jest.useFakeTimers({ now: here });
    const date = new Date(here + 3_600_000).toUTCString();
    const fetch: typeof globalThis.fetch = () => Promise.resolve(new Response('{"devices":[]}', { headers: { date } }));
    const cms = new CmsClient('/api', { fetch });
    expect(cms.now()).toBe(here);
    await cms.eligibility('issue', [blankYubikey('1')]);
    expect(cms.now()).toBe(Date.parse(date));
    jest.useRealTimers();
  });

  it('can be cancelled', async () => {
    const cms = new CmsClient('/api', {
      fetch: (_address, init) => {
        init?.signal?.throwIfAborted();
        return Promise.reject(new Error('the signal was not handed on'));
      },
    });
    const asked = cms.eligibility('issue', [blankYubikey('1')], AbortSignal.abort());
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
