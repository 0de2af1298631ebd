import 'reflect-metadata';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as x509 from '@peculiar/x509';
import type { SecureContextOptions } from 'node:tls';
import {
  checkPublicAddress,
  type AddressQuestion,
} from '../../../../portal/src/server/commands/doctor/public-address.js';
import type { Finding } from '../../../../portal/src/server/findings/finding.js';
import { certify } from '../../../integration/portal/support/attestation-authority.js';
import {
  KEYS,
  OWN_ROOT,
  PORTAL,
  ROOT,
  rsaKeys,
  serverCertificate,
  TlsScene,
  TRUST,
  type ServerOrder,
} from './tls-scene.js';
import { everyOrOneIn } from '../../../support/thorough.js';

const scene = new TlsScene();
afterAll(() => scene.close());

const check = (origin: string | null, change: Partial<AddressQuestion> = {}): Promise<Finding[]> =>
  checkPublicAddress({ origin, isForPhones: true, keys: KEYS, trust: TRUST, now: new Date(), ...change });

/** Lists the faults as `area: finding`. */
const faults = (findings: readonly Finding[]): string[] =>
  findings.filter(({ outcome }) => outcome !== 'ok').map(({ area, outcome, text }) => `${outcome} ${area}: ${text}`);

describe('a portal that phones accept', () => {
  it.each([
    ['P-256', undefined],
    ['RSA', 2048],
  ])('is in order with a key of %s', async (_name, bits) => {
    const keys = bits === undefined ? {} : { keys: await rsaKeys(bits) };
    const origin = await scene.serve(await serverCertificate(keys));
    const findings = await check(origin);
    expect(faults(findings)).toEqual([]);
    expect(findings.map(({ area }) => area)).toEqual([
      'address',
      'tls',
      'server-certificate',
      'reachability',
      'reachability',
      'reachability',
    ]);
    expect(findings.every(({ advice }) => advice === null)).toBe(true);
  });

  it('gets a warning with only TLS 1.2', async () => {
    const origin = await scene.serve(await serverCertificate(), { maxVersion: 'TLSv1.2' });
    expect(faults(await check(origin))).toEqual([expect.stringMatching(/^warning tls: TLS 1\.2 with ECDHE-ECDSA-AES/)]);
  });
});

const OLD: SecureContextOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' };

describe('a server whose encryption phones refuse', () => {
  it.each([
    ['TLS 1.1 alone', OLD, 'The server has only TLS 1.1.'],
    ['TLS 1.0 alone', { ...OLD, maxVersion: 'TLSv1' }, 'The server has only TLS 1.0.'],
    [
      'no forward secrecy',
      { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' },
      'The server chose AES128-GCM-SHA256, and none of the cipher suites that mobile devices take.',
    ],
    [
      'forward secrecy with CBC',
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-SHA' },
      'The server chose ECDHE-RSA-AES256-SHA, and none of the cipher suites that mobile devices take.',
    ],
  ] satisfies [string, SecureContextOptions, string][])('has %s', async (_name, options, text) => {
    const origin = await scene.serve(await serverCertificate({ keys: await rsaKeys(2048) }), options);
    expect(faults(await check(origin))).toContain(`problem tls: ${text}`);
  });

  it('has no TLS', async () => {
    expect(faults(await check(await scene.serveNoTls()))).toEqual([
      expect.stringMatching(/^problem tls: What answers at localhost:\d+ speaks no TLS\.$/),
      'skipped reachability: Not checked, because there is no connection.',
    ]);
  });

  it('does not answer', async () => {
    const gone = new TlsScene();
    const origin = await gone.serve(await serverCertificate());
    await gone.close();
    expect(faults(await check(origin))).toContain(`problem tls: Nothing listens at ${new URL(origin).host}.`);
  });
});

const YEARS = 366 * 3;

const CERTIFICATES: readonly (readonly [string, () => Promise<ServerOrder> | ServerOrder, RegExp])[] = [
  [
    'an RSA key of 1024 bits',
    async () => ({ keys: await rsaKeys(1024) }),
    /^"localhost" has an RSA key of 1024 bits\.$/,
  ],
  ['a signature by SHA-1', () => ({ hash: 'SHA-1' }), /^"localhost" is signed with SHA-1 or another old algorithm\.$/],
  ['another name', () => ({ names: ['other.example'] }), /^"localhost" is for another host than localhost\.$/],
  ['a name in its subject alone', () => ({ names: null }), /^"localhost" has no subject alternative name/],
  ['an end in the past', () => ({ from: -9, until: -1 }), /^"localhost" expired on \d{4}-\d\d-\d\d\.$/],
  ['a beginning in the future', () => ({ from: 2, until: 9 }), /^"localhost" is valid only from \d{4}-/],
  ['a life that is too long', () => ({ until: YEARS }), /^"localhost" is valid for more than 825 days/],
  ['another purpose', () => ({ purposes: [x509.ExtendedKeyUsage.clientAuth] }), /^"localhost" is not for servers\.$/],
];

describe('a certificate that phones refuse', () => {
  it.each(everyOrOneIn(2, CERTIFICATES))('has %s', async (_name, order, text) => {
    const findings = await check(await scene.serve(await serverCertificate(await order())));
    const problems = findings.filter(({ outcome }) => outcome === 'problem');
    expect(problems).toEqual([
      {
        area: 'server-certificate',
        outcome: 'problem',
        text: expect.stringMatching(text),
        advice: expect.stringMatching(/\.$/),
      },
    ]);
  });

  it('is self-signed', async () => {
    const self = await serverCertificate();
    const alone = await certify({
      subject: 'localhost',
      keys: self.keys,
      until: 90,
      isAuthority: false,
      extensions: self.certificate.extensions.filter(({ type }) => type !== '2.5.29.19'),
    });
    expect(faults(await check(await scene.serve(alone)))).toEqual([
      'problem server-certificate: "localhost" is signed by itself.',
    ]);
  });

  it('leads to no root, because the server sends no intermediate', async () => {
    const issuer = await certify({ subject: 'Intermediate', issuer: ROOT, until: 900 });
    expect(faults(await check(await scene.serve(await serverCertificate({ issuer }))))).toEqual([
      'problem server-certificate: "localhost" leads to no root.',
    ]);
  });

  it('has an intermediate with a signature by SHA-1', async () => {
    const issuer = await certify({ subject: 'Intermediate', issuer: ROOT, until: 900, hash: 'SHA-1' });
    const own = await serverCertificate({ issuer });
    const cert = `${own.certificate.toString('pem')}\n${issuer.certificate.toString('pem')}`;
    expect(faults(await check(await scene.serve(own, { cert })))).toEqual([
      'problem server-certificate: "Intermediate" is signed with SHA-1 or another old algorithm.',
    ]);
  });
});

it("warns of a certificate that only phones with the company's root accept, and of one that expires soon", async () => {
  const own = await serverCertificate({ issuer: OWN_ROOT, from: -85, until: 5 });
  expect(faults(await check(await scene.serve(own)))).toEqual([
    expect.stringMatching(/^warning server-certificate: "localhost" expires on/),
    'warning server-certificate: "localhost" leads to a root of your own, which mobile devices do not know.',
  ]);
});

describe('the server at the public address', () => {
  const serve = async (change: Record<string, readonly [number, string, string] | undefined>): Promise<string> => {
    const answers = Object.fromEntries(
      Object.entries({ ...PORTAL, ...change }).flatMap(([path, answer]) => (answer ? [[path, answer] as const] : [])),
    );
    return scene.serve(await serverCertificate(), {}, answers);
  };

  it.each([
    [
      'nothing of a portal',
      { '/.well-known/cardwright': undefined },
      '/.well-known/cardwright is not answered by a portal (status 404).',
    ],
    ...[502, 503, 504].map(
      (status) =>
        [
          `a proxy without the portal: ${status}`,
          { '/.well-known/cardwright': [status, 'text/html', 'Bad gateway'] as const },
          `The proxy gets no answer of the portal (status ${status}).`,
        ] as const,
    ),
    [
      'another portal',
      { '/.well-known/cardwright': [200, 'application/json', '{"keys":[]}'] as const },
      'Another portal answers at the public address: its keys are not those of this configuration.',
    ],
    ['no page of a link', { '/mobile/enrol/': undefined }, '/mobile does not answer a link with a page (status 404).'],
    [
      'no SCEP server',
      { '/mobile/scep/': [502, 'text/html', 'Bad gateway'] as const },
      'The SCEP address does not answer GetCACaps as a mobile device needs it (status 502).',
    ],
    [
      'a SCEP server without AES',
      { '/mobile/scep/': [200, 'text/plain', 'DES3\nSHA-1'] as const },
      'The SCEP address does not answer GetCACaps as a mobile device needs it (status 200).',
    ],
  ])('is %s', async (_name, change, text) => {
    expect(faults(await check(await serve(change)))).toEqual([`problem reachability: ${text}`]);
  });

  it('is not checked for phones if there are none', async () => {
    const origin = await serve({ '/mobile/enrol/': undefined, '/mobile/scep/': undefined });
    expect(faults(await check(origin, { isForPhones: false }))).toEqual([]);
  });
});

describe('a portal without a public address', () => {
  it.each([
    [true, 'problem'],
    [false, 'warning'],
  ])('gets, with mobile devices (%s), a %s', async (isForPhones, outcome) => {
    const [first] = await check(null, { isForPhones });
    expect(first).toMatchObject({ area: 'address', outcome });
  });

  it('gets the finding that phones need https if it is at plain http', async () => {
    expect(faults(await check('http://localhost:1'))).toEqual([
      'problem address: http://localhost:1 is not https, and mobile devices install no profile from it.',
      expect.stringContaining('problem reachability: http://localhost:1 does not answer'),
    ]);
  });
});
