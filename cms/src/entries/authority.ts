/** The interface of a certification authority, the limits that it is held to, and the certificates that it issues. */
export { boundAuthority } from '../authority/bounded-authority.js';
export {
  DEFAULT_CERTIFICATE_POLICIES,
  certificatePolicyOid,
  type CertificatePolicies,
} from '../authority/certificate-policies.js';
export {
  PHONE_SLOTS,
  type CertificateRequest,
  type CertificateSlot,
  type CertificationAuthority,
  type CrlRequest,
  type DeviceSlot,
  type PhoneSlot,
  type Revocation,
  type RevocationReason,
  type Subscriber,
} from '../authority/certification-authority.js';
export { tlv } from '../devices/tlv.js';
export { certify, type CertificateOrder, type CertificateParties } from '../devices/certify.js';
export { readIssued, type IssuedCertificate } from '../devices/issued-certificate.js';
