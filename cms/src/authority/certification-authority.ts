import type { Slot } from '@cardwright/protocol/devices';

/** Revocation reasons of RFC 5280, 5.3.1 that a CMS uses. */
export type RevocationReason = 'certificateHold' | 'superseded' | 'cessationOfOperation' | 'keyCompromise';

/**
 * Kinds of certificates of a phone. The first identifies the phone during its enrolment. With the others, the user signs in, signs, and reads
 * encrypted mail.
 */
export const PHONE_SLOTS = ['phone-identity', 'phone-authentication', 'phone-signature', 'phone-encryption'] as const;
export type PhoneSlot = (typeof PHONE_SLOTS)[number];

/** Place of a certificate on a device: a slot of a card, or its counterpart on a phone. */
export type DeviceSlot = Slot | PhoneSlot;

/**
 * Kind of a certificate. `registration-authority` is the certificate of the SCEP server, which signs and decrypts messages in the
 * authority's place (RFC 8894, 2.1.2).
 */
export type CertificateSlot = DeviceSlot | 'registration-authority';

/** The person and device that a certificate is for. */
export interface Subscriber {
  readonly username: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly upn: string | null;
  readonly sid: string | null;
  /** GUID of the card's CHUID, as a UUID. For a phone, the GUID of its row. */
  readonly guid: string;
}

/** Contents of a certificate to issue. The CMS has verified all of them: an authority never sees raw data from a card or page. */
export interface CertificateRequest {
  /** Kind of the certificate. An authority that does not issue this kind refuses with `CA_REFUSED`. */
  readonly slot: CertificateSlot;
  readonly subscriber: Subscriber;
  /** DER SubjectPublicKeyInfo, with an uncompressed point. The caller has checked that the device owns the key. */
  readonly publicKey: Uint8Array;
  /** Certificate policies to state (RFC 5280, 4.2.1.4), as dotted OIDs. */
  readonly policies: readonly string[];
  readonly days: number;
}

export interface Revocation {
  readonly serialNumber: string;
  readonly revokedAt: Date;
  readonly reason: RevocationReason;
}

/** A CRL to sign. */
export interface CrlRequest {
  /** CRL number (RFC 5280, 5.2.3). */
  readonly number: number;
  /** Time of the CRL, in whole seconds. */
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** All entries of the CRL, in pages. The iterable can be read only once. */
  readonly revocations: AsyncIterable<readonly Revocation[]>;
}

/** A certification authority, as a CMS needs it. The CMS waits for a limited time; then it aborts `signal`. */
export interface CertificationAuthority {
  /**
   * Issues one certificate. After an error, the CMS may ask again for a certificate of the same key. The CMS never uses a certificate that was
   * issued for the failed request.
   *
   * Throws an error whose `code` is `CA_REFUSED` if the authority refuses the request, with the authority's explanation as its message; or
   * `CA_UNAVAILABLE` if the authority cannot be reached.
   *
   * @returns the DER certificate
   */
  issue(request: CertificateRequest, signal?: AbortSignal): Promise<Uint8Array>;
  /** The authority's own DER certificate, which certifies the key that signs what `issue` returns now. It may change while the CMS runs. */
  readonly certificate: Uint8Array;
  /**
   * Earlier DER certificates of the authority, for other keys, whose certificates are still in use. Absent if there are none. What these keys have
   * certified counts as certified by the authority.
   */
  readonly formerCertificates?: readonly Uint8Array[];
  /**
   * Signs the complete CRL and returns it as DER. A certificate that is taken off hold is simply missing from the next CRL (RFC 5280, 5.3.1:
   * removeFromCRL appears on delta CRLs only).
   *
   * A CMS asks for one CRL at a time, and publishes the CRL for an interval that the CMS chooses. After the interval, the CMS asks for the next CRL
   * once the revocations have changed, or half of the CRL's life is over. There may be a hundred thousand entries: an authority in this process works
   * page by page, so that the CMS can answer other requests meanwhile.
   *
   * Throws an error whose `code` is `CA_UNAVAILABLE` if the authority cannot be reached.
   *
   * @example
   * for await (const page of request.revocations)
   *   for (const { serialNumber, revokedAt, reason } of page) add(serialNumber, revokedAt, reason);
   */
  signCrl(request: CrlRequest, signal?: AbortSignal): Promise<Uint8Array>;
}
