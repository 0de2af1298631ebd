import 'reflect-metadata';
import { KeyObject, sign } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import * as asn1 from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import type { Certified } from '../../integration/portal/support/attestation-authority.js';

/** Permits only names below `O=Elsewhere` (RFC 5280, 4.2.1.10). Not critical, although the standard wants it to be. */
export const NAME_CONSTRAINTS = new x509.Extension(
  asn1.id_ce_nameConstraints,
  false,
  AsnConvert.serialize(
    new asn1.NameConstraints({
      permittedSubtrees: new asn1.GeneralSubtrees([
        new asn1.GeneralSubtree({
          base: new asn1.GeneralName({
            directoryName: AsnConvert.parse(new x509.Name('O=Elsewhere').toArrayBuffer(), asn1.Name),
          }),
        }),
      ]),
    }),
  ),
);

/** Makes a certificate of version 2, which has extensions all the same, with a valid signature. */
export function ofVersion2({ certificate }: Certified, issuer: Certified): Uint8Array {
  const parsed = AsnConvert.parse(certificate.rawData, asn1.Certificate);
  parsed.tbsCertificate.version = asn1.Version.v2;
  const content = Buffer.from(AsnConvert.serialize(parsed.tbsCertificate));
  parsed.signatureValue = Uint8Array.from(sign('sha256', content, KeyObject.from(issuer.keys.privateKey))).buffer;
  return new Uint8Array(AsnConvert.serialize(parsed));
}
