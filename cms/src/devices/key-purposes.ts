/** OIDs of purposes in the extended key usage of a certificate (RFC 5280, 4.2.1.12). */
export const KEY_PURPOSES = {
  any: '2.5.29.37.0',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  /** Document signing (RFC 9336). */
  documentSigning: '1.3.6.1.5.5.7.3.36',
  smartCardLogon: '1.3.6.1.4.1.311.20.2.2',
  microsoftDocumentSigning: '1.3.6.1.4.1.311.10.3.12',
  encryptingFileSystem: '1.3.6.1.4.1.311.10.3.4',
  /** PKINIT client authentication (RFC 4556, 3.2.2). */
  pkinitClient: '1.3.6.1.5.2.3.4',
} as const;
