import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { CertificationAuthority, Subscriber } from '@cardwright/cms/authority';
import { newAuthority } from '../../../portal/src/server/ca/development-ca.js';
import {
  authorityAt,
  openEmbeddedAuthorities,
  successionOf,
  type EmbeddedAuthority,
} from '../../../portal/src/server/ca/embedded-authorities.js';
import { issuerKeyOf } from '../../../portal/src/server/store/issuer-key.js';
import { openssl } from './openssl.js';

const BEGINNING = new Date('2027-06-01T00:00:00.000Z');
const ALICE: Subscriber = { username: 'alice', displayName: 'Alice', email: null, upn: null, sid: null, guid: 'x' };
const publicKey = new Uint8Array(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' }),
);

let all: readonly EmbeddedAuthority[];
let now: Date;
let authority: CertificationAuthority;
beforeAll(async () => {
  const laterAuthorities = [{ ...(await newAuthority()), from: BEGINNING.toISOString() }];
  all = await openEmbeddedAuthorities({ authority: await newAuthority(), laterAuthorities }, () => 'http://cms/ca');
  authority = successionOf(all, () => now);
});

const issue = () => authority.issue({ slot: '9E', subscriber: ALICE, publicKey, policies: [], days: 30 });
const isBy = (certificate: Uint8Array, issuer: Uint8Array): boolean =>
  new X509Certificate(certificate).verify(new X509Certificate(issuer).publicKey);

describe('an embedded authority that another one follows', () => {
  it('issues until the other one begins, and is then among the former ones', async () => {
    const [first, second] = all;
    now = new Date(BEGINNING.getTime() - 1);
    expect(authority.certificate).toBe(first?.authority.certificate);
    expect(authority.formerCertificates).toEqual([]);
    const before = await issue();
    now = BEGINNING;
    expect(authority.certificate).toBe(second?.authority.certificate);
    expect(authority.formerCertificates).toEqual([first?.authority.certificate]);
    const after = await issue();
    expect(isBy(before, first?.authority.certificate ?? before)).toBe(true);
    expect(isBy(after, second?.authority.certificate ?? after)).toBe(true);
    expect(authorityAt(all, BEGINNING)).toBe(second);
  });

  it('has another name, and certificates that name where each of them publishes, as openssl reads them', async () => {
    const [first, second] = all;
    expect(new X509Certificate(first?.authority.certificate ?? '').subject).not.toBe(
      new X509Certificate(second?.authority.certificate ?? '').subject,
    );
    for (const [moment, one] of [
      [new Date(0), first],
      [BEGINNING, second],
    ] as const) {
      now = moment;
      const certificate = await issue();
      const text = openssl(['x509', '-inform', 'DER', '-noout', '-text'], certificate);
      const folder = one?.folder ? `/${one.folder}` : '';
      expect(text).toContain(`URI:http://cms/ca${folder}/crl.der`);
      expect(text).toContain(`CA Issuers - URI:http://cms/ca${folder}/ca.der`);
      expect(issuerKeyOf(certificate)).toBe(one?.keyId);
    }
    expect(first?.folder).toBe('');
    expect(second?.folder).toMatch(/^[0-9a-f]{40}$/);
  });
});

it.each([
  ['no certificate', Buffer.from('x')],
  ['nothing', Buffer.alloc(0)],
])('finds no issuer in %s', (_, der) => {
  expect(issuerKeyOf(der)).toBeNull();
});
