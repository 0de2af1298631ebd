import type { PhoneSlot } from '@cardwright/cms/authority';

/** A value in a property list (PropertyList-1.0.dtd). Bytes become `data`. */
export type PropertyValue =
  | string
  | number
  | boolean
  | Uint8Array
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue };
export type PropertyDictionary = Readonly<Record<string, PropertyValue>>;

/** Values with which a phone requests one certificate. */
export interface CertificateOrder {
  readonly slot: PhoneSlot;
  /** Address at which the phone requests the certificate. */
  readonly url: string;
  /** Challenge password, which is valid for this certificate and no other. */
  readonly challenge: string;
  /** Name of the payload on the phone. */
  readonly displayName: string;
  /** Common name in the subject of the phone's request. The authority decides on the subject of the certificate. */
  readonly commonName: string;
  readonly email: string | null;
  /** User principal name in the request; null if the request has none. */
  readonly upn: string | null;
  /** Windows security identifier in the request; null if the request has none. */
  readonly sid: string | null;
  /** Identifier of the payload: the same for the same user, phone and slot, so that a new payload replaces the old one. */
  readonly identifier: string;
}

/**
 * A protocol by which a phone requests certificates, written as a payload. So far, there is SCEP. ACME with a key bound to the hardware is planned.
 */
export interface EnrolmentMethod {
  payload(order: CertificateOrder): PropertyDictionary;
}
