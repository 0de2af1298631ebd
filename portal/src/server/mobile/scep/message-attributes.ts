import type { FailInfo } from './registrar.js';

/** Signed attributes of a pkiMessage: those of CMS (RFC 5652, 11), and those of SCEP (RFC 8894, 3.2.1). */
export const ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  messageType: '2.16.840.1.113733.1.9.2',
  pkiStatus: '2.16.840.1.113733.1.9.3',
  failInfo: '2.16.840.1.113733.1.9.4',
  senderNonce: '2.16.840.1.113733.1.9.5',
  recipientNonce: '2.16.840.1.113733.1.9.6',
  transactionId: '2.16.840.1.113733.1.9.7',
} as const;

/** Message types (RFC 8894, 3.2.1.2). SCEP writes numbers as texts. */
export const MESSAGE_TYPE = {
  certRep: '3',
  renewalReq: '17',
  pkcsReq: '19',
  certPoll: '20',
  getCert: '21',
  getCrl: '22',
} as const;

/** Values of pkiStatus (RFC 8894, 3.2.1.3). */
export const PKI_STATUS = { success: '0', failure: '2', pending: '3' } as const;

/** Values of failInfo (RFC 8894, 3.2.1.4). */
export const FAIL_INFO: Readonly<Record<FailInfo, string>> = {
  badAlg: '0',
  badMessageCheck: '1',
  badRequest: '2',
  badTime: '3',
  badCertId: '4',
};

/** Content types of CMS (RFC 5652, 4 to 6). */
export const CONTENT_TYPE = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
} as const;
