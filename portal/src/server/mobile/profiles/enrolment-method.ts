import type { PhoneSlot } from '@cardwright/cms';

/** What a property list can hold (PropertyList-1.0.dtd); bytes become `data`. */
export type PropertyValue =
  string | number | boolean | Uint8Array | readonly PropertyValue[] | { readonly [key: string]: PropertyValue };
export type PropertyDictionary = Readonly<Record<string, PropertyValue>>;

/** A certificate that a phone is to get. */
export interface CertificateOrder {
  readonly slot: PhoneSlot;
  /** Where the phone asks for it. */
  readonly url: string;
  /** The challenge password, for this certificate alone. */
  readonly challenge: string;
  /** What the payload is called on the phone. */
  readonly displayName: string;
  /** The subject that the request shall name. The authority decides what the certificate says. */
  readonly commonName: string;
  readonly email: string | null;
  /** User principal name. */
  readonly upn: string | null;
  /** Windows security identifier. */
  readonly sid: string | null;
  /** Identifies the payload; the same for the same phone and slot, so that a new profile replaces it. */
  readonly identifier: string;
}

/** How a phone gets a certificate: the payload that tells it to. SCEP today; ACME with a key bound to the hardware is planned. */
export interface EnrolmentMethod {
  payload(order: CertificateOrder): PropertyDictionary;
}
