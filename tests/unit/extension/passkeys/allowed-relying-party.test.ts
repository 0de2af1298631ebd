// Needs the build.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { isPublicSuffix as isPublicSuffixOfHost } from '@cardwright/protocol/relying-party';
import { managed, resetFakeChrome } from '../../../support/fake-chrome.js';

// These modules need the fake browser when they are loaded.
const { requireAllowed } = await import('../../../../extension/src/background/passkeys/allowed-relying-party.js');
const { isPublicSuffix } = await import('../../../../extension/src/background/passkeys/public-suffixes.js');

const PORTAL = 'https://portal.example.com';
const ENTRA = 'https://login.microsoft.com';

const ordered = (rpId: string, origin: string) => ({
  way: origin === PORTAL ? ('page' as const) : ('window' as const),
  origin,
  options: {
    rp: { id: rpId, name: 'Service' },
    user: { id: 'YWxpY2U', name: 'alice', displayName: 'Alice' },
    challenge: 'Y2hhbGxlbmdl',
    pubKeyCredParams: [{ type: 'public-key' as const, alg: -7 }],
  },
});

const PACKAGED = new URL('../../../../extension/dist/chromium/public-suffixes.json', import.meta.url);
const rules = JSON.parse(readFileSync(PACKAGED, 'utf8')) as string[];
const fetched: string[] = [];
let answer: () => Promise<Response>;
const packagedList = (): Promise<Response> => Promise.resolve(Response.json(rules));

beforeEach(() => {
  resetFakeChrome();
  fetched.length = 0;
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  jest.spyOn(globalThis, 'fetch').mockImplementation((address) => {
    fetched.push(address instanceof Request ? address.url : address.toString());
    return answer();
  });
  Object.assign(managed.content, { foreignRelyingParties: { [PORTAL]: [{ origin: ENTRA, path: '/passkey' }] } });
});
afterEach(() => void jest.restoreAllMocks());

// These run first, because a list is read only once.
describe('without a readable public suffix list', () => {
  it.each<[why: string, answer: () => Promise<Response>]>([
    ['it is missing', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['it is no JSON', () => Promise.resolve(new Response('<html>'))],
    ['it is no list', () => Promise.resolve(Response.json({ rules }))],
    ['it is empty', () => Promise.resolve(Response.json([]))],
  ])('refuses a passkey for a domain above the site, but not one for the site itself (%s)', async (_, how) => {
    answer = how;
    await expect(requireAllowed(ordered('example.com', PORTAL), PORTAL)).rejects.toMatchObject({
      code: 'RP_NOT_ALLOWED',
      data: { rpId: 'example.com' },
    });
    await expect(requireAllowed(ordered('portal.example.com', PORTAL), PORTAL)).resolves.toMatchObject({
      origin: PORTAL,
    });
  });
});

describe('a site of the extension', () => {
  beforeEach(() => {
    answer = packagedList;
  });

  it('reads the list once, when it is first needed', async () => {
    await requireAllowed(ordered('portal.example.com', PORTAL), PORTAL);
    expect(fetched).toEqual([]);
    await requireAllowed(ordered('example.com', PORTAL), PORTAL);
    await requireAllowed(ordered('example.com', PORTAL), PORTAL);
    expect(fetched).toEqual([expect.stringMatching(/public-suffixes\.json$/)]);
  });

  it('may have a passkey created only for its domain and for relying parties in policy', async () => {
    await expect(requireAllowed(ordered('example.com', PORTAL), PORTAL)).resolves.toMatchObject({ origin: PORTAL });
    await expect(requireAllowed(ordered('login.microsoft.com', ENTRA), PORTAL)).resolves.toMatchObject({
      path: '/passkey',
    });
    for (const [rpId, origin] of [
      ['com', PORTAL],
      ['com', ENTRA],
      ['microsoft.com', ENTRA],
      ['example.org', PORTAL],
      ['login.example.org', 'https://login.example.org'],
    ] as const) {
      await expect(requireAllowed(ordered(rpId, origin), PORTAL)).rejects.toMatchObject({ code: 'RP_NOT_ALLOWED' });
    }
  });
});

describe('the list in the package', () => {
  beforeEach(() => {
    answer = packagedList;
  });

  it('has thousands of rules, of both sections, with wildcards and exceptions', () => {
    expect(rules.length).toBeGreaterThan(9_000);
    expect(rules).toEqual(expect.arrayContaining(['com', 'co.uk', 'github.io', '*.ck', '!www.ck']));
  });

  it('agrees with the host on each of its domains, and on those above and below', async () => {
    const domains = new Set(
      rules.flatMap((rule) => {
        const domain = rule.replace(/^!/, '').replace('*', 'any');
        return [domain, `below.${domain}`, `far.below.${domain}`, domain.replace(/^[^.]+\./, '')];
      }),
    );
    const differing: string[] = [];
    for (const domain of domains)
      if ((await isPublicSuffix(domain)) !== isPublicSuffixOfHost(domain)) differing.push(domain);
    expect(differing).toEqual([]);
  });
});
