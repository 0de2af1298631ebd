import { describe, expect, it } from '@jest/globals';
import { mayRegister, type Ceremony, type RegisteringSite } from '@cardwright/protocol/passkeys';
import { isPublicSuffix, isRelyingPartyOf } from '@cardwright/protocol/relying-party';

const LABEL_63 = 'a'.repeat(63);
const ENTRA = 'https://login.microsoft.com';
const PORTAL = 'https://portal.example.com';

describe('an RP id', () => {
  it.each<[rpId: string, origin: string, why: string]>([
    ['portal.example.com', PORTAL, 'the host itself'],
    ['example.com', PORTAL, 'the registrable domain'],
    ['example.com', 'https://a.b.example.com', 'several labels above'],
    ['b.example.com', 'https://a.b.example.com', 'one label above, longer than the registrable domain'],
    ['portal.example.com', `${PORTAL}:8443`, 'the origin has a port, which an RP id has not'],
    ['example.co.uk', 'https://portal.example.co.uk', 'below a public suffix of two labels'],
    ['alice.github.io', 'https://alice.github.io', 'below a private suffix'],
    ['github.io', 'https://github.io', 'a public suffix that is the host itself (HTML, 7.1.1: "or is equal to")'],
    ['login.microsoft.com', ENTRA, 'that of Entra'],
    ['microsoft.com', ENTRA, 'the registrable domain of Entra'],
    ['xn--bcher-kva.example', 'https://xn--bcher-kva.example', 'A-labels'],
    ['localhost', 'http://localhost:3000', 'http on localhost'],
    ['localhost', 'https://localhost', 'https on localhost'],
    ['portal.localhost', 'http://portal.localhost', 'http on a name below localhost'],
    ['portal', 'https://portal', 'a host of one label, in a company'],
    ['corp.internal', 'https://portal.corp.internal', 'a domain that no public suffix list has'],
    [`${LABEL_63}.example.com`, `https://${LABEL_63}.example.com`, 'a label of 63'],
  ])('%s is right for %s: %s', (rpId, origin) => {
    expect(isRelyingPartyOf(rpId, origin)).toBe(true);
  });

  it.each<[rpId: string, origin: string, why: string]>([
    ['login.microsoft.com', 'https://evillogin.microsoft.com', 'a suffix of the text, not of the labels'],
    ['microsoft.com', 'https://evilmicrosoft.com', 'the same for the registrable domain'],
    ['login.microsoft.com', 'https://login.microsoft.com.evil.com', 'a prefix'],
    ['login.microsoft.com', 'https://microsoft.com', 'below the host'],
    ['other.example.com', PORTAL, 'a sister'],
    ['com', PORTAL, 'a public suffix'],
    ['co.uk', 'https://portal.example.co.uk', 'a public suffix of two labels'],
    ['github.io', 'https://alice.github.io', 'a suffix of the private section'],
    ['azurewebsites.net', 'https://portal.azurewebsites.net', 'another of those'],
    ['ck', 'https://portal.example.ck', 'a suffix by a wildcard rule'],
    ['localhost', 'https://portal.localhost', 'a suffix that no list has'],
    ['127.0.0.1', 'https://127.0.0.1', 'an IPv4 address'],
    ['0.0.1', 'https://127.0.0.1', 'a part of one'],
    ['127.0.0.1', 'http://127.0.0.1:3000', 'the loopback address'],
    ['[::1]', 'https://[::1]', 'an IPv6 address'],
    ['::1', 'https://[::1]', 'one without brackets'],
    ['portal.example.com:443', PORTAL, 'with a port'],
    ['https://portal.example.com', PORTAL, 'with a scheme'],
    ['portal.example.com/', PORTAL, 'with a path'],
    ['Portal.example.com', PORTAL, 'in upper case'],
    ['bücher.example', 'https://xn--bcher-kva.example', 'with a U-label'],
    ['example.com.', PORTAL, 'with a trailing dot'],
    ['portal.example.com', 'https://portal.example.com.', 'an origin with a trailing dot'],
    ['.example.com', PORTAL, 'with an empty label at its start'],
    ['example..com', 'https://portal.example..com', 'with an empty label'],
    ['', PORTAL, 'an empty one'],
    ['-example.com', 'https://-example.com', 'with a label that begins with a hyphen'],
    ['portal_1.example.com', 'https://portal_1.example.com', 'with an underscore'],
    [`${LABEL_63}a.example.com`, `https://${LABEL_63}a.example.com`, 'with a label of 64'],
    [`${`${LABEL_63}.`.repeat(4)}com`, `https://${`${LABEL_63}.`.repeat(4)}com`, 'longer than 253'],
    ['example.0x7f', 'https://example.0x7f', 'whose last label makes it an address'],
    ['portal.example.com', 'http://portal.example.com', 'without TLS'],
    ['portal.example.com', 'https://portal.example.com/', 'an address that is no origin'],
    ['portal.example.com', 'https://PORTAL.example.com', 'an origin that no browser writes like this'],
    ['portal.example.com', 'https://user@portal.example.com', 'an origin with a user'],
    ['portal.example.com', 'chrome-extension://portal.example.com', 'of another scheme'],
    ['portal.example.com', 'null', 'an opaque origin'],
    ['portal.example.com', '', 'no origin'],
  ])('%s is wrong for %s: %s', (rpId, origin) => {
    expect(isRelyingPartyOf(rpId, origin)).toBe(false);
  });
});

describe('a site', () => {
  const listed = { page: PORTAL, relyingParties: [ENTRA] };
  const may = (ceremony: Ceremony, site: RegisteringSite): Promise<boolean> =>
    mayRegister(ceremony, site, (domain) => Promise.resolve(isPublicSuffix(domain)));

  it.each<[rpId: string, origin: string, isAllowed: boolean, why: string]>([
    ['portal.example.com', PORTAL, true, 'for itself'],
    ['example.com', PORTAL, true, 'for its domain'],
    ['login.microsoft.com', ENTRA, true, 'for the one that is listed'],
    ['microsoft.com', ENTRA, false, 'for the domain above the one that is listed'],
    ['login.microsoft.com', PORTAL, false, 'for the listed one, at its own origin'],
    ['example.com', 'https://other.example.com', false, 'at the origin of a sister'],
    ['portal.example.com', `${PORTAL}:8443`, false, 'at another port of its own'],
    ['login.microsoftonline.com', 'https://login.microsoftonline.com', false, 'for one that is not listed'],
    ['com', ENTRA, false, 'for a public suffix, through the one that is listed'],
  ])('may register for %s at %s: %s, %s', async (rpId, origin, isAllowed) => {
    expect(await may({ rpId, origin }, listed)).toBe(isAllowed);
  });

  it('may register for nobody else where nobody is listed', async () => {
    expect(await may({ rpId: 'login.microsoft.com', origin: ENTRA }, { page: PORTAL, relyingParties: [] })).toBe(false);
  });

  it('gets no more by an entry of its list that is not right in itself', async () => {
    const http = 'http://login.microsoft.com';
    const site = { page: PORTAL, relyingParties: [http, '*', 'login.microsoft.com'] };
    for (const origin of [...site.relyingParties, ENTRA])
      expect(await may({ rpId: 'login.microsoft.com', origin }, site)).toBe(false);
  });

  it('needs the public suffix list only for a domain above its own', async () => {
    const unreadable = (): Promise<boolean> => Promise.reject(new Error('not to be asked'));
    expect(await mayRegister({ rpId: 'portal.example.com', origin: PORTAL }, listed, unreadable)).toBe(true);
    expect(await mayRegister({ rpId: 'example.org', origin: PORTAL }, listed, unreadable)).toBe(false);
    await expect(mayRegister({ rpId: 'example.com', origin: PORTAL }, listed, unreadable)).rejects.toThrow('asked');
  });
});
