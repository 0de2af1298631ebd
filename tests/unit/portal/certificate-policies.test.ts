import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_CERTIFICATE_POLICIES, certificatePolicyOid } from '@cardwright/cms/authority';
import * as v from 'valibot';
import { newAuthority, openDevelopmentCa } from '../../../portal/src/server/ca/development-ca.js';

/** The system's own Python, which finds Debian's python3-cryptography. Another one may be first on the PATH. */
const PYTHON = '/usr/bin/python3';

const CRYPTOGRAPHY = `
import sys
from cryptography import x509
certificate = x509.load_pem_x509_certificate(sys.stdin.buffer.read())
for policy in certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value:
    print(policy.policy_identifier.dotted_string)
`;

/** Prints the certificate as certtool does, which would need another package. */
const GNUTLS = `
import ctypes, sys
class Datum(ctypes.Structure):
    _fields_ = [('data', ctypes.c_char_p), ('size', ctypes.c_uint)]
PEM, FULL = 1, 0
gnutls = ctypes.CDLL('libgnutls.so.30')
certificate, pem, text = ctypes.c_void_p(), sys.stdin.buffer.read(), Datum()
gnutls.gnutls_x509_crt_init(ctypes.byref(certificate))
gnutls.gnutls_x509_crt_import(certificate, ctypes.byref(Datum(pem, len(pem))), PEM)
gnutls.gnutls_x509_crt_print(certificate, FULL, ctypes.byref(text))
print(text.data.decode())
`;

const hasGnutls = spawnSync(PYTHON, ['-c', "import ctypes; ctypes.CDLL('libgnutls.so.30')"]).status === 0;

/** Prints the certificate by strongSwan's pki, whose other output names missing plugins. */
const printByStrongSwan = (input: string): string =>
  execFileSync('pki', ['--print', '--type', 'x509'], { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'ignore'] });

/** Programs that print a PEM certificate. */
const READERS: readonly (readonly [string, (input: string) => string])[] = [
  ['OpenSSL', (input) => execFileSync('openssl', ['x509', '-noout', '-text'], { input, encoding: 'utf8' })],
  ['strongSwan', printByStrongSwan],
  ['pyca/cryptography', (input) => execFileSync(PYTHON, ['-c', CRYPTOGRAPHY], { input, encoding: 'utf8' })],
];
const printByGnutls = (input: string): string => execFileSync(PYTHON, ['-c', GNUTLS], { input, encoding: 'utf8' });

describe('the certificate policies of an installation without its own', () => {
  const policies = [DEFAULT_CERTIFICATE_POLICIES.proved, DEFAULT_CERTIFICATE_POLICIES.unproved];

  it('are two, of numbers that fit into 31 bits, below the enterprise number for documentation', () => {
    expect(new Set(policies).size).toBe(2);
    for (const oid of policies) {
      expect(v.is(certificatePolicyOid, oid)).toBe(true);
      expect(oid).toMatch(/^1\.3\.6\.1\.4\.1\.32473\./);
      expect(oid.split('.').filter((arc) => Number(arc) >= 2 ** 31)).toEqual([]);
    }
  });

  it.each([...READERS, ...(hasGnutls ? [['GnuTLS', printByGnutls] as const] : [])])(
    'are read by %s',
    async (_, print) => {
      const authority = await openDevelopmentCa(await newAuthority(), () => 'http://localhost:8080/ca');
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const certificate = await authority.issue({
        slot: '9A',
        subscriber: {
          username: 'alice',
          displayName: 'Alice Example',
          email: null,
          upn: null,
          sid: null,
          guid: '0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0',
        },
        publicKey: publicKey.export({ format: 'der', type: 'spki' }),
        policies,
        days: 30,
      });
      const text = print(new X509Certificate(certificate).toString());
      expect(text.match(/\d+(?:\.\d+)+/g)).toEqual(expect.arrayContaining(policies));
    },
  );
});
