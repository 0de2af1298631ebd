import { testAttestationRootPath, testFidoRootPath } from '@cardwright/virtual-card';
import { readFileSync } from 'node:fs';
import { parsePem, splitPem } from '../../../cms/src/attestation/parsed-pem.js';
import { ParsedCertificate } from '../../../cms/src/attestation/certificate.js';
import { openTestAuthority } from '../../support/scep/test-authority.js';
import { spoiltBytes } from '../generators/spoilt-bytes.js';
import { bytesTarget } from '../target.js';

const derOf = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');

/** Certificates of cards and vendors: their names, dates, extensions and chains. */
export const certificates = bytesTarget('certificates', 60_000, async () => {
  const { scep } = await openTestAuthority();
  const roots = [testAttestationRootPath, testFidoRootPath].flatMap((path) =>
    splitPem(readFileSync(path, 'utf8')).map(derOf),
  );
  const good = [...roots, Buffer.from(scep.authority), Buffer.from(scep.registration.certificate)];
  const known = good.flatMap((der) => ParsedCertificate.parse(der) ?? []);
  if (known.length < good.length) throw new Error('a good certificate is not read');
  return {
    input: spoiltBytes(good),
    judge: (der) => {
      const parsed = ParsedCertificate.parse(der);
      parsePem(`-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----`);
      if (!parsed) return;
      if (!parsed.der.equals(der)) throw new Error('it was read as something else');
      const fields = [
        parsed.subjectText,
        parsed.notAfter.getTime(),
        parsed.isValidAt(new Date()),
        parsed.unchecked.length,
      ];
      if (fields.includes(undefined as never)) throw new Error('a field is missing');
      // Only the authority itself has signed what it has not: a changed certificate is nobody's.
      const isChanged = !good.some((one) => one.equals(der));
      if (isChanged && known.some((issuer) => parsed.isSignedBy(issuer)))
        throw new Error('a changed certificate counts as signed');
    },
  };
});
