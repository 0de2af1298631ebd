import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { managed, resetFakeChrome } from '../../support/fake-chrome.js';
import { BASE_POINT } from '../../support/public-key.js';

// These modules need the fake browser when they are loaded.
const { readCmsKeys } = await import('../../../extension/src/background/cms-keys.js');

const ORIGIN = 'https://portal.example.com';
const KEYS = { keys: [{ ...BASE_POINT, use: 'sig', kid: 'one' }] };

const fetchFake = jest.spyOn(globalThis, 'fetch');

beforeEach(resetFakeChrome);
afterEach(() => {
  fetchFake.mockReset();
});

describe('the keys of a CMS', () => {
  it('are read without cookies, redirects and caches', async () => {
    fetchFake.mockResolvedValue(Response.json(KEYS));
    expect(await readCmsKeys(ORIGIN)).toEqual(KEYS);
    expect(fetchFake).toHaveBeenCalledWith(
      `${ORIGIN}/.well-known/cardwright`,
      expect.objectContaining({ credentials: 'omit', redirect: 'manual', cache: 'no-store' }),
    );
  });

  it("come from the administrator's policy without asking the site", async () => {
    managed.content = { siteKeys: { [ORIGIN]: KEYS } };
    expect(await readCmsKeys(ORIGIN)).toEqual(KEYS);
    expect(fetchFake).not.toHaveBeenCalled();
  });

  it('come from nowhere else if policy has them in an unreadable form', async () => {
    managed.content = { siteKeys: { [ORIGIN]: { keys: [{ kty: 'RSA' }] } } };
    await expect(readCmsKeys(ORIGIN)).rejects.toMatchObject({ code: 'CMS_KEYS_UNAVAILABLE' });
    expect(fetchFake).not.toHaveBeenCalled();
  });

  it('are null for a site without keys', async () => {
    fetchFake.mockResolvedValue(new Response('', { status: 404 }));
    expect(await readCmsKeys(ORIGIN)).toBeNull();
  });

  it.each([
    ['an error of the server', () => Promise.resolve(new Response('', { status: 500 }))],
    ['no JSON', () => Promise.resolve(new Response('<html>'))],
    ['keys of another kind', () => Promise.resolve(Response.json({ keys: [{ kty: 'RSA', n: 'x', e: 'AQAB' }] }))],
    ['more keys than 16', () => Promise.resolve(Response.json({ keys: Array(17).fill(KEYS.keys[0]) }))],
    ['a redirect, which the browser does not follow', () => Promise.resolve(Response.error())],
    ['more than 64 KiB', () => Promise.resolve(Response.json({ ...KEYS, filler: 'x'.repeat(65_536) }))],
  ])('are unavailable after %s', async (_, answer) => {
    fetchFake.mockImplementation(answer);
    await expect(readCmsKeys(ORIGIN)).rejects.toMatchObject({ code: 'CMS_KEYS_UNAVAILABLE' });
  });

  it.each([
    ['itself does not answer', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['is away behind its proxy', () => Promise.resolve(new Response('<html>', { status: 502 }))],
  ])('cannot be fetched if the site %s', async (_, answer) => {
    fetchFake.mockImplementation(answer);
    await expect(readCmsKeys(ORIGIN)).rejects.toMatchObject({ code: 'CMS_UNREACHABLE' });
  });
});
