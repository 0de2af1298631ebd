/** Vendors' attestations of devices and keys: their chains up to the vendor's roots, and the device and key that they name. */
export { isSlotAttestation } from '../attestation/attested-facts.js';
export {
  checkAttestation,
  type Attestation,
  type AttestationOrder,
  type AttestationVerdict,
  type AttestedDevice,
} from '../attestation/attestation.js';
export { ParsedCertificate } from '../attestation/certificate.js';
export { findAnchor, isAnchor, type VendorTrust } from '../attestation/chain.js';
export type { DeviceIdentity } from '../attestation/identity.js';
export { parsePem, splitPem } from '../attestation/parsed-pem.js';
