import type { Slot } from '@cardwright/protocol';

/** Reasons of RFC 5280, 5.3.1 that a CMS uses. */
export type RevocationReason = 'certificateHold' | 'superseded' | 'cessationOfOperation' | 'keyCompromise';

/** Certificates of a phone: who it is while it enrols, and with what its user signs in, signs, and reads mail. */
export const PHONE_SLOTS = ['phone-identity', 'phone-authentication', 'phone-signature', 'phone-encryption'] as const;
export type PhoneSlot = (typeof PHONE_SLOTS)[number];

/** Where a device has a certificate: a slot of a card, or what stands for one on a phone. */
export type DeviceSlot = Slot | PhoneSlot;

/** `registration-authority`: of the SCEP server, which signs and reads messages in the authority's place (RFC 8894, 2.1.2). */
export type CertificateSlot = DeviceSlot | 'registration-authority';

/** The person and card that a certificate is for. */
export interface Subscriber {
  readonly username: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly upn: string | null;
  readonly sid: string | null;
  /** GUID of the card's CHUID, as a UUID; of a phone the GUID that its row has. */
  readonly guid: string;
}

/** What a certificate is to say. All of it was verified: an authority never sees what a card or a page wrote. */
export interface CertificateRequest {
  /** What kind of certificate it is. An authority that has no such certificates refuses (`CA_REFUSED`). */
  readonly slot: CertificateSlot;
  readonly subscriber: Subscriber;
  /** DER SubjectPublicKeyInfo. The caller has checked that the card owns the key. */
  readonly publicKey: Uint8Array;
  /** Certificate policies that the certificate states (RFC 5280, 4.2.1.4), as dotted OIDs. */
  readonly policies: readonly string[];
  readonly days: number;
}

export interface Revocation {
  readonly serialNumber: string;
  readonly revokedAt: Date;
  readonly reason: RevocationReason;
}

/** A CRL to be signed. */
export interface CrlRequest {
  /** RFC 5280, 5.2.3. */
  readonly number: number;
  /** To the second. */
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  /** Every entry, in pages; can be read once. */
  readonly revocations: AsyncIterable<readonly Revocation[]>;
}

/**
 * What a CMS needs of an authority. It waits for it only so long; `signal` then tells it to stop.
 */
export interface CertificationAuthority {
  /**
   * Issues one certificate. After an error the same key may come again, and what was issued for it before is then not used.
   *
   * Throws an error whose `code` is `CA_REFUSED`, with the authority's words as its message, when the authority will not issue
   * it; `CA_UNAVAILABLE` when it cannot be reached.
   *
   * @returns the certificate, DER
   */
  issue(request: CertificateRequest, signal?: AbortSignal): Promise<Uint8Array>;
  /** The authority's own certificate, DER. */
  readonly certificate: Uint8Array;
  /**
   * The complete CRL, DER. A certificate that is taken off hold is simply not on the next one (RFC 5280, 5.3.1:
   * removeFromCRL appears on delta CRLs only).
   *
   * A CMS asks for one at a time and at most once in an interval, and keeps it until revocations change or half of its life is over. There may be a hundred
   * thousand entries: an authority in this process works page by page, so that the portal answers other requests meanwhile.
   *
   * Throws an error whose `code` is `CA_UNAVAILABLE` when the authority cannot be reached.
   *
   * @example
   * for await (const page of request.revocations)
   *   for (const { serialNumber, revokedAt, reason } of page) add(serialNumber, revokedAt, reason);
   */
  signCrl(request: CrlRequest, signal?: AbortSignal): Promise<Uint8Array>;
}
