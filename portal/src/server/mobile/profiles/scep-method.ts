import { createHash } from 'node:crypto';
import type { PhoneSlot } from '@cardwright/cms/authority';
import type { CertificateOrder, EnrolmentMethod, PropertyDictionary } from './enrolment-method.js';
import { newPayload } from './payload.js';
import { isSelfSigned, readCertificate } from './sent-certificate.js';

/** Bits of the payload's `Key Usage`. */
const SIGNING = 1;
const ENCRYPTION = 4;
/** Key usage by slot, as in the certificates issued for the slot (ca/profiles.ts). */
const KEY_USAGE: Readonly<Record<PhoneSlot, number>> = {
  'phone-identity': SIGNING | ENCRYPTION,
  'phone-authentication': SIGNING | ENCRYPTION,
  'phone-signature': SIGNING,
  'phone-encryption': ENCRYPTION,
};

/** Prefix of a SID in a SubjectAltName of type URI, which ties a certificate to a Windows account (KB5014754). */
const SID_TAG = 'tag:microsoft.com,2022-09-14:sid:';

/** Settings with which a phone requests certificates by SCEP. */
export interface ScepOptions {
  /** The authority's certificate in DER. */
  readonly authority: Uint8Array;
  /** Name of the authority that the phone sends as `message` in GetCACert. */
  readonly name: string;
  /** Length of the RSA key in bits. Apple documents 1024, 2048 and 4096. */
  readonly keySize: number;
  /** Maximum number of repeated requests after PENDING. */
  readonly retries: number;
  /** Seconds between two repeated requests. The phone sends the first of them at once. */
  readonly retryDelay: number;
}

/** Makes payloads of type `com.apple.security.scep` (apple/device-management, mdm/profiles/com.apple.security.scep.yaml). */
export function scepMethod({ authority, name, keySize, retries, retryDelay }: ScepOptions): EnrolmentMethod {
  const fingerprint = fingerprintFor(authority);
  return {
    payload: (order) =>
      newPayload('com.apple.security.scep', order.identifier, {
        PayloadDisplayName: order.displayName,
        PayloadContent: {
          URL: order.url,
          Name: name,
          Subject: [[['CN', order.commonName]]],
          ...subjectAltName(order),
          Challenge: order.challenge,
          Keysize: keySize,
          'Key Type': 'RSA',
          'Key Usage': KEY_USAGE[order.slot],
          KeyIsExtractable: false,
          ...fingerprint,
          Retries: retries,
          RetryDelay: retryDelay,
        },
      }),
  };
}

/**
 * If the authority is a root, returns SHA-1 of its certificate as the fingerprint. Returns no fingerprint for any other authority. A phone reads 20
 * bytes as SHA-1 and 16 as MD5, and refuses any other length. The phone compares the fingerprint with the last certificate of the chain that it can
 * build (Apple's Security, SecSCEPValidateCACertMessage). If the authority is below a root that the phone may know, that last certificate is the
 * root. The fingerprint of the root is not known here, so the signature of the profile and TLS must suffice.
 */
function fingerprintFor(authority: Uint8Array): PropertyDictionary {
  if (!isSelfSigned(readCertificate(authority))) return {};
  return { CAFingerprint: createHash('sha1').update(authority).digest() };
}

function subjectAltName({ email, upn, sid }: CertificateOrder): PropertyDictionary {
  const names = {
    ...(email === null ? {} : { rfc822Name: email }),
    ...(upn === null ? {} : { ntPrincipalName: upn }),
    ...(sid === null ? {} : { uniformResourceIdentifier: SID_TAG + sid }),
  };
  return Object.keys(names).length > 0 ? { SubjectAltName: names } : {};
}
